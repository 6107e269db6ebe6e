import Basics
import CommandLineKit
import ControlAPI
import FoundationEssentials
import TrainingModel

/// `runpilot list`.
struct RunList: Command {
  static let name = "list"
  static let aliases = ["ls"]
  static let summary = "List runs, newest first"
  static let examples = [
    Example("runpilot list --limit 10", "The last ten"),
    Example("runpilot list --status failed --since 7d", "What went wrong this week"),
    Example("runpilot list --tag sweep --sort metric:val_loss", "The best of a sweep first"),
    Example("runpilot list -q --status running", "Only the ids, for scripts"),
  ]
  static let fields: [Field<Self>] =
    [
      .options("status", \.statuses, "Only runs that stand so"),
      .options("tag", \.tags, "Only runs with this label", short: "t"),
      .option("name", \.nameGlob, "Only runs whose name matches, such as 'mnist-*'", short: "n", value: "glob"),
      .option("project", \.project, "Only runs of this project"),
      .option("since", \.since, "Only runs from this time on", value: "time"),
      .option("limit", \.limit, "At most so many", short: "l", value: "n"),
      .option("sort", \.sort, "The order: created, duration, name or metric:NAME[:asc|:desc]", value: "order"),
      .flag("rescan", \.rescan, "Read every run folder again first"),
    ] + OutputOptions.fields.within(\.output)

  var statuses: [RunStatus] = []
  var tags: [String] = []
  var nameGlob: String?
  var project: String?
  var since: Moment?
  var limit: Count?
  var sort = SortOrder.newestFirst
  var rescan = false
  var output = OutputOptions()

  func run(in world: World) async throws -> ExitStatus {
    let runs = try await world.runs().runs(query(now: world.now()))
    var report = RunListReport(runs: runs)
    if case .metric(let name, _) = sort.order { report.leadingMetric = name }
    try world.emit(report, output)
    if runs.isEmpty, !output.json, !output.quiet {
      world.errors.say(isFiltered ? "no run matches" : "no runs yet; begin with: runpilot init")
    }
    return .ok
  }

  private var isFiltered: Bool { !statuses.isEmpty || !tags.isEmpty || nameGlob != nil || project != nil || since != nil || limit != nil }

  func query(now: Date) -> RunQuery {
    var query = RunQuery()
    query.statuses = Set(statuses)
    query.tags = tags
    query.nameGlob = nameGlob
    query.project = project
    query.since = since?.date(now: now)
    query.limit = limit?.number
    query.order = sort.order
    query.rescan = rescan
    return query
  }
}
