import Basics
import CommandLineKit
import ControlAPI
import FoundationEssentials
import TerminalUI
import TrainingModel

/// `runpilot resources summary`.
struct ResourcesSummary: Command {
  static let name = "summary"
  static let summary = "How many resources there are of what, and what they cost an hour"
  static let examples = [Example("runpilot resources summary", "By provider and state")]
  static let exitCodes = ResourcesList.exitCodes
  static let fields: [Field<Self>] = ResourceOptions.fields.within(\.options) + OutputOptions.fields.within(\.output)

  var options = ResourceOptions()
  var output = OutputOptions()

  func run(in world: World) async throws -> ExitStatus {
    let listing = try await world.resources().resources(options.query)
    try world.emit(ResourceSummaryReport(listing: listing), output)
    world.say(listing.gaps)
    return world.exitStatus(listing.resources, listing.gaps)
  }
}

/// Counts and prices by provider, kind and state.
struct ResourceSummaryReport: Report {
  static let kind = "resource-summary"

  struct Line: Encodable {
    var provider: String
    var kind: String
    var state: String
    var count: Int
    var hourly: [Money]
    var unknown: Int
  }

  let lines: [Line]
  var ids: [String] { [] }

  init(listing: ResourceListing) {
    let groups = Dictionary(grouping: listing.resources) { [$0.row.place.provider.rawValue, $0.row.kind, ResourceWords.state($0).text] }
    lines = groups.sorted { $0.key.lexicographicallyPrecedes($1.key) }.map { key, views in
      let known = views.filter(Self.costs).compactMap(\.hourly)
      let sums = Dictionary(grouping: known, by: \.currency).map { Money($1.reduce(0) { $0 + $1.amount }, $0) }.sorted()
      let unknown = views.filter { Self.costs($0) && $0.hourly == nil }.count
      return Line(provider: key[0], kind: key[1], state: key[2], count: views.count, hourly: sums, unknown: unknown)
    }
  }

  /// Whether it may cost something now.
  private static func costs(_ view: ResourceView) -> Bool { !view.row.state.isOver && view.row.goneSaidAt == nil }

  private enum CodingKeys: CodingKey { case summary }

  func encode(to encoder: any Encoder) throws {
    var container = encoder.container(keyedBy: CodingKeys.self)
    try container.encode(lines, forKey: .summary)
  }

  func text(_ page: Page) -> String {
    if lines.isEmpty { return "nothing that costs money is known\n" }
    return Table(
      [.init("PROVIDER"), .init("KIND"), .init("STATE"), .init("COUNT", alignsRight: true), .init("PRICE", alignsRight: true)],
      rows: lines.map { line in
        let sum = line.hourly.map { "\($0.shortText)/h" }.joined(separator: " + ")
        let unknown = line.unknown == 0 ? "" : "\(line.unknown) unknown"
        return [
          Cell(line.provider), Cell(line.kind), Cell(line.state), Cell("\(line.count)"),
          Cell([sum, unknown].filter { !$0.isEmpty }.joined(separator: ", ")),
        ]
      }
    ).text(page.terminal)
  }
}
