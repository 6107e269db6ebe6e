import Basics
public import CommandLineKit
import ControlAPI
import CostReporting
import FoundationEssentials
public import TrainingModel

extension CostGrouping: ArgumentChoice {}

/// Which days, as typed: a time is the day in which it lies.
struct CostPeriod: Sendable {
  var since: Moment?
  var until: Moment?

  static let fields: [Field<Self>] = [
    .option("since", \.since, "Only from this day on (UTC)", value: "time"),
    .option("until", \.until, "Only before this day (UTC)", value: "time"),
  ]

  func query(by grouping: CostGrouping, now: Date) -> CostQuery {
    CostQuery(by: grouping, since: (since?.date(now: now)).map { UTCDay($0) }, until: (until?.date(now: now)).map { UTCDay($0) })
  }

  /// "since 2026-07-01, before 2026-08-01".
  func words(now: Date) -> String {
    let query = query(by: .day, now: now)
    let parts = [query.since.map { "since \($0)" }, query.until.map { "before \($0)" }].compactMap(\.self)
    return parts.isEmpty ? "all that was ever recorded" : parts.joined(separator: ", ")
  }
}

/// `runpilot costs report`.
struct CostsReport: Command {
  static let name = "report"
  static let summary = "Show what was spent, and what runs now"
  static let discussion =
    "Days are whole days, UTC. What nobody knows the price of is never shown as nothing. docs/costs.md says how amounts come about."
  static let examples = [
    Example("runpilot costs report", "By run, the dearest first"),
    Example("runpilot costs report --by day --since 30d", "The last month, day by day"),
    Example("runpilot costs report --by project --since 2026-07-01 --until 2026-08-01", "July, by project"),
  ]
  static let exitCodes = [
    ExitNote(.ok, "the report is whole"), ExitNote(.partial, "something that should be gone still costs money"),
  ]
  static let fields: [Field<Self>] =
    [.option("by", \.grouping, "What to add up by")] + CostPeriod.fields.within(\.period) + OutputOptions.fields.within(\.output)

  var grouping = CostGrouping.run
  var period = CostPeriod()
  var output = OutputOptions()

  func run(in world: World) async throws -> ExitStatus {
    let report = try await world.costs().report(period.query(by: grouping, now: world.now()))
    try world.emit(CostReportView(report: report), output)
    if report.total.isEmpty, report.burning.resources == 0, !output.json, !output.quiet { world.errors.say("nothing was spent") }
    for warning in report.warnings { world.errors.say("warning: \(warning)") }
    return report.stuck.isEmpty ? .ok : ExitStatus(.partial)
  }
}
