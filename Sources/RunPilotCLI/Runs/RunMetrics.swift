import Basics
import CommandLineKit
import ControlAPI
import TerminalUI
import TrainingModel

/// `runpilot metrics`.
struct RunMetrics: Command {
  static let name = "metrics"
  static let summary = "Show the numbers a run reported"
  static let discussion = """
    A job reports numbers by lines such as METRIC loss=0.2 acc=0.9 step=3, or METRIC {"step": 3, "loss": 0.2}. They can be looked at while the job runs.
    """
  static let examples = [
    Example("runpilot metrics @latest", "Last, least and greatest values"),
    Example("runpilot metrics @latest --plot", "Charts"),
    Example("runpilot metrics @latest --plot -f", "Charts that follow the job"),
    Example("runpilot metrics rp_0001 --samples --only loss --json", "Every sample of one series, for programs"),
  ]
  static let fields: [Field<Self>] =
    [
      .argument("id", \.id, "The run: an id, a unique prefix, a number, or @latest", completion: .runs),
      .flag("plot", \.plot, "Draw charts", short: "p"),
      .flag("samples", \.samples, "Print every sample"),
      .options("only", \.only, "Only this metric", short: "m", value: "metric"),
      .flag("follow", \.follow, "With --plot: draw again as numbers come, until the job ends", short: "f"),
    ] + OutputOptions.jsonOnly.within(\.output)

  var id = ""
  var plot = false
  var samples = false
  var only: [String] = []
  var follow = false
  var output = OutputOptions()

  func run(in world: World) async throws -> ExitStatus {
    if plot, samples { throw UsageError(.conflict("--plot", "--samples"), in: ["runpilot", Self.name]) }
    if follow, !plot || output.json {
      throw UsageError(.other("--follow draws charts", hint: "write `runpilot metrics \(id) --plot -f`"), in: ["runpilot", Self.name])
    }
    let runs = try await world.runs()
    let record = try await runs.run(id)
    if follow, world.output.facts.isTerminal, !record.status.isTerminal { return try await watch(record, runs, world) }
    let report = try await report(record, runs)
    try world.emit(report, output)
    if report.document == nil, !output.json {
      world.errors.say("\(record.id) has reported no metrics\(record.status.isTerminal ? "" : " yet")")
    }
    return .ok
  }

  private func report(_ record: RunRecord, _ runs: any RunService) async throws -> MetricsReport {
    let document = try await runs.metrics(of: record.id)
    for name in only where document?.timeSeries[name] == nil {
      throw UnknownMetric(name: name, id: record.id, known: document?.timeSeries.keys.sorted() ?? [])
    }
    return MetricsReport(record: record, document: document, form: plot ? .plot : samples ? .samples : .table, only: only)
  }

  /// Draws in place, once a second at most and only when something changed.
  private func watch(_ first: RunRecord, _ runs: any RunService, _ world: World) async throws -> ExitStatus {
    var record = first
    var drawn = ""
    while true {
      let report = MetricsReport(record: record, document: try await runs.metrics(of: record.id), form: .plot, only: only)
      let charts = report.document == nil ? "waiting for metrics\n" : report.text(Page(terminal: world.output.facts, world: world))
      let text = charts + "\(record.id) \(record.status.rawValue)\n"
      if text != drawn {
        let lines = drawn.split(separator: "\n", omittingEmptySubsequences: false).count - 1
        // Back to where the last drawing began, and clear from there (ECMA-48 CPL and ED).
        try world.output.write((lines > 0 ? "\u{1B}[\(lines)F\u{1B}[J" : "") + text)
        drawn = text
      }
      if record.status.isTerminal { return .ok }
      try await world.pause(.seconds(1))
      record = try await runs.run(record.id.rawValue)
    }
  }
}

/// A metric that a run did not report.
struct UnknownMetric: ExitCoded, Equatable {
  let name: String
  let id: RunID
  let known: [String]
  var message: String {
    "\(id) has reported no metric '\(name)'" + (Suggestion.nearest(to: name, among: known).map { "; did you mean '\($0)'?" } ?? "")
  }
  var hints: [String] { known.isEmpty ? [] : ["it has: " + known.joined(separator: ", ")] }
  var exitCode: ExitCode { .notFound }
}
