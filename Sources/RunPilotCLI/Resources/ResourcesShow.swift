import Basics
import CommandLineKit
import ControlAPI
import FoundationEssentials
import TerminalUI
import TrainingModel

/// `runpilot resources show`.
struct ResourcesShow: Command {
  static let name = "show"
  static let summary = "All there is to know about one resource"
  static let examples = [Example("runpilot resources show i-0abc", "State, meters, owner and history")]
  static let fields: [Field<Self>] =
    [
      .argument("resource", \.reference, "The provider's name for it, its intent, its run, or a unique prefix", completion: .resources)
    ] + OutputOptions.fields.within(\.output)

  var reference = ""
  var output = OutputOptions()

  func run(in world: World) async throws -> ExitStatus {
    let detail = try await world.resources().resource(reference)
    try world.emit(ResourceReport(detail: detail), output)
    world.say(detail.gaps)
    return world.exitStatus([detail.resource], detail.gaps)
  }
}

/// One resource with its meters and its history.
struct ResourceReport: Report {
  static let kind = "resource"
  let detail: ResourceDetail
  var ids: [String] { [ResourceWords.id(detail.resource)] }

  func encode(to encoder: any Encoder) throws { try detail.encode(to: encoder) }

  func text(_ page: Page) -> String {
    let view = detail.resource
    let row = view.row
    var sheet = FactSheet()
    sheet.add("kind", row.kind)
    sheet.add("state", lines: [ResourceWords.state(view)])
    sheet.add("orphan", view.orphan, .red)
    sheet.add("place", [row.place.provider.rawValue, row.place.account, row.place.zone ?? row.place.region].joined(separator: " / "))
    sheet.add("machine", row.place.machine + (row.place.market == .spot ? " (spot)" : ""))
    sheet.add("part of", row.parent.map { "the machine of intent \($0)" })
    sheet.add("run", [row.runID?.rawValue, row.runName, row.project].compactMap(\.self).joined(separator: ", "))
    sheet.add("owner", row.owner)
    sheet.add("created", page.moment(row.createdAt))
    sheet.add("launched", row.launchedAt.map(page.moment))
    sheet.add("ended", row.endedAt.map(page.moment))
    sheet.add("must be gone by", row.expiresAt.map(page.moment))
    sheet.add("last seen", row.lastSeenAt.map(page.moment))
    sheet.add("last heard of", row.lastHeartbeatAt.map(page.moment))
    sheet.add("protected", row.isProtected ? "yes" : row.protectedUntil.map { "until " + page.moment($0) })
    sheet.add("price", ResourceWords.hourly(view))
    sheet.add("cost", view.standing == .ours ? ResourceWords.cost(view.cost) : nil)
    sheet.add("note", row.note)
    sheet.add("intent", row.intent.rawValue)
    var text = page.painter.paint(ResourceWords.id(view), .bold) + "\n\n" + sheet.text(page.terminal)
    if !row.meters.isEmpty {
      let meters = row.meters.map { meter in
        let price = meter.hourly.map { "\($0.shortText)/h" + (meter.isCeiling ? " at most" : "") } ?? "unknown"
        return [
          Cell(meter.kind.rawValue), Cell(meter.name), Cell(price), Cell(meter.span == .running ? "while it runs" : "always"),
          Cell([meter.source, meter.asOf].compactMap(\.self).joined(separator: ", ")),
        ]
      }
      text +=
        "\n"
        + Table([.init("METER"), .init("WHAT", minimum: 12), .init("RATE"), .init("RUNS"), .init("FROM", minimum: 10)], rows: meters)
        .text(page.terminal)
    }
    return detail.events.isEmpty ? text : text + "\n" + AuditTable.text(detail.events, page)
  }
}

/// Events, a line each.
enum AuditTable {
  static func text(_ events: [AuditEvent], _ page: Page, withIntent: Bool = false) -> String {
    let columns: [Table.Column] =
      [.init("#", alignsRight: true), .init("TIME"), .init("EVENT")] + (withIntent ? [.init("INTENT", rank: 2)] : [])
      + [.init("BY", rank: 3, minimum: 10), .init("WHAT", rank: 1, minimum: 20)]
    let rows = events.map { event in
      [Cell("\(event.serial)"), Cell(page.world.times.stamp(event.at)), Cell(event.kind)]
        + (withIntent ? [Cell(event.intent.map { String($0.rawValue.prefix(13)) } ?? "")] : []) + [Cell(event.by), Cell(event.text)]
    }
    return Table(columns, rows: rows).text(page.terminal)
  }
}
