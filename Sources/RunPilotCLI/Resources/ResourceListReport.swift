import Basics
import CommandLineKit
import ControlAPI
import FoundationEssentials
import TerminalUI
import TrainingModel

/// Resources, a row each.
struct ResourceListReport: Report {
  static let kind = "resources"
  let listing: ResourceListing

  var ids: [String] { listing.resources.map(ResourceWords.id) }

  func encode(to encoder: any Encoder) throws { try listing.encode(to: encoder) }

  func text(_ page: Page) -> String {
    guard !listing.resources.isEmpty else { return "" }
    let hasOthers = listing.resources.contains { $0.standing != .ours }
    var columns: [Table.Column] = [
      .init("RESOURCE"), .init("KIND", rank: 6), .init("STATE"), .init("PROVIDER", rank: 4), .init("PLACE", rank: 7),
      .init("MACHINE", rank: 3),
      .init("RUN", rank: 2), .init("AGE", alignsRight: true, rank: 5), .init("PRICE", alignsRight: true), .init("COST", alignsRight: true),
    ]
    if hasOthers { columns.append(.init("OWNER", rank: 8, minimum: 10)) }
    columns.append(.init("NOTE", rank: 9, minimum: 12))
    return Table(columns, rows: listing.resources.map { row($0, hasOthers, page) }).text(page.terminal) + total
  }

  private func row(_ view: ResourceView, _ hasOthers: Bool, _ page: Page) -> [Cell] {
    let row = view.row
    var cells = [
      Cell(ResourceWords.id(view), .bold), Cell(row.kind), ResourceWords.state(view), Cell(row.place.provider.rawValue),
      Cell(row.place.zone ?? row.place.region), Cell(row.place.machine + (row.place.market == .spot ? " (spot)" : "")),
      Cell(row.runID?.rawValue ?? ""), Cell(page.world.times.ago(row.launchedAt ?? row.createdAt, now: page.world.now())),
      Cell(ResourceWords.hourly(view)), Cell(view.standing == .ours ? ResourceWords.cost(view.cost) : ""),
    ]
    if hasOthers { cells.append(Cell(row.owner)) }
    cells.append(Cell(note(view, page)))
    return cells
  }

  private func note(_ view: ResourceView, _ page: Page) -> String {
    var notes: [String] = []
    if view.row.isProtected { notes.append("protected") }
    if let until = view.row.protectedUntil, until > page.world.now() { notes.append("protected until \(page.world.times.stamp(until))") }
    if let stuck = view.stuckSince { notes.append("does not go since \(page.world.times.ago(stuck, now: page.world.now()))") }
    if let orphan = view.orphan { notes.append(orphan) }
    if let note = view.row.note { notes.append(note) }
    return notes.joined(separator: "; ")
  }

  /// What all of it costs an hour, as far as that is known.
  private var total: String {
    let live = listing.resources.filter { $0.standing == .ours && !$0.row.state.isOver && $0.row.goneSaidAt == nil }
    guard !live.isEmpty else { return "" }
    let known = live.compactMap(\.hourly)
    let unknown = live.count - known.count
    let sums = Dictionary(grouping: known, by: \.currency).map { Money($1.reduce(0) { $0 + $1.amount }, $0) }.sorted()
    let sum = sums.isEmpty ? "" : sums.map { "\($0.shortText)/h" }.joined(separator: " + ")
    let rest = unknown == 0 ? "" : "\(unknown) of unknown price"
    return
      "\n\(live.count) \(live.count == 1 ? "resource" : "resources"): \([sum, rest].filter { !$0.isEmpty }.joined(separator: ", and "))\n"
  }
}
