import Basics
import CommandLineKit
import ControlAPI
import FoundationEssentials
import TerminalUI
import TrainingModel

/// `runpilot resources insights`.
struct ResourcesInsights: Command {
  static let name = "insights"
  static let summary = "What should be looked at: orphans, stuck deletions, stopped machines, strangers"
  static let discussion = "Says what it sees and what to do about it; changes nothing, and never touches what is not ours."
  static let examples = [Example("runpilot resources insights", "Before the weekend")]
  static let exitCodes = ResourcesList.exitCodes
  static let fields: [Field<Self>] = OutputOptions.fields.within(\.output)

  var output = OutputOptions()

  func run(in world: World) async throws -> ExitStatus {
    var query = ResourceQuery()
    query.discover = true
    let listing = try await world.resources().resources(query)
    let report = InsightReport(listing.resources)
    try world.emit(report, output)
    if report.insights.isEmpty, !output.json { world.errors.say("nothing stands out") }
    world.say(listing.gaps)
    return world.exitStatus(listing.resources, listing.gaps)
  }
}

/// What stands out, with the next step.
struct InsightReport: Report {
  static let kind = "insights"

  struct Insight: Encodable, Equatable {
    var resource: String
    var what: String
    var next: String
  }

  let insights: [Insight]
  var ids: [String] { insights.map(\.resource) }

  init(_ views: [ResourceView]) { insights = views.compactMap(Self.insight) }

  private enum CodingKeys: CodingKey { case insights }

  func encode(to encoder: any Encoder) throws {
    var container = encoder.container(keyedBy: CodingKeys.self)
    try container.encode(insights, forKey: .insights)
  }

  private static func insight(_ view: ResourceView) -> Insight? {
    let id = ResourceWords.id(view)
    guard !view.row.state.isOver else { return nil }
    switch view.standing {
    case .foreign:
      return Insight(
        resource: id, what: "not made by RunPilot; it is reported, and never touched", next: "look at it in the provider's console")
    case .another:
      return Insight(
        resource: id, what: "made by another home of \(view.row.owner)", next: "if that home is gone: `runpilot resources adopt \(id)`")
    case .unknown: return Insight(resource: id, what: "carries our tags, and was not in the ledger", next: "`runpilot resources reconcile`")
    case .ours: break
    }
    if view.stuckSince != nil {
      return Insight(
        resource: id, what: "its deletion does not come to an end: \(view.row.note ?? "no reason given")",
        next: "`runpilot resources show \(id)`")
    }
    if let orphan = view.orphan { return Insight(resource: id, what: orphan, next: "`runpilot resources cleanup \(id)`") }
    if view.row.state == .stopped {
      let price = view.hourly.map { "\($0.shortText)/h" } ?? "an unknown price"
      return Insight(
        resource: id, what: "stopped, and still costs \(price) for its disk",
        next: "`runpilot resources cleanup \(id)` or `runpilot resources start \(id)`")
    }
    if view.hourly == nil { return Insight(resource: id, what: "nobody knows what it costs", next: "`runpilot resources show \(id)`") }
    return nil
  }

  func text(_ page: Page) -> String {
    if insights.isEmpty { return "" }
    return Table(
      [.init("RESOURCE"), .init("WHAT", minimum: 20), .init("NEXT", minimum: 20)],
      rows: insights.map { [Cell($0.resource, .bold), Cell($0.what), Cell($0.next)] }
    ).text(page.terminal)
  }
}
