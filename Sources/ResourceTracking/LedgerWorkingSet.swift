import Basics
import FoundationEssentials
import SQLite
import TrainingModel

/// The rows that a transaction touches: read once, changed by events in memory, written once. A rebuild is the same thing over all events.
struct LedgerWorkingSet {
  /// A row with what its costs are cut from.
  struct Entry {
    /// The serial of the event that made the row.
    let id: Int64
    var row: LedgerRow
    var timeline: CostTimeline
  }
  private var entries: [IntentID: Entry] = [:]
  private var changed: Set<IntentID> = []
  private var repriced: Set<IntentID> = []

  /// A row as it stands in this transaction.
  mutating func entry(_ intent: IntentID, _ connection: borrowing Connection) throws -> Entry? {
    if let known = entries[intent] { return known }
    let found = try connection.rows(
      "SELECT rows.id, body, timeline FROM rows JOIN bodies USING (id) WHERE intent = ?1", [.text(intent.rawValue)]
    ) { row throws(SQLiteError) in (row.integer(0) ?? 0, row.text(1) ?? "", row.text(2) ?? "") }
    guard let (id, body, timeline) = found.first else { return nil }
    let entry = Entry(
      id: id, row: try JSON.decode(LedgerRow.self, from: Data(body.utf8)),
      timeline: try JSON.decode(CostTimeline.self, from: Data(timeline.utf8)))
    entries[intent] = entry
    return entry
  }

  /// Takes an event in.
  /// - Returns: whether anything about a row is new.
  mutating func apply(_ event: LedgerEvent, _ connection: borrowing Connection) throws -> Bool {
    switch event.change {
    case .opened: return true
    case .budgeted(let budget):
      let body = String(decoding: try JSON.encode(budget, compact: true), as: UTF8.self)
      try connection.run(
        "INSERT INTO budgets VALUES (?1, ?2) ON CONFLICT (name) DO UPDATE SET body = ?2", [.text(budget.name), .text(body)])
      return true
    case .unbudgeted(let name):
      try connection.run("DELETE FROM budgets WHERE name = ?1", [.text(name)])
      return true
    case .seen(let intents):
      for intent in intents {
        guard let entry = try entry(intent, connection) else { continue }
        replace(entry, by: LedgerStateMachine.alive(entry.row, seen: event.at), event)
      }
      return true
    default: break
    }
    guard let intent = event.intent else { return true }
    let old = try entry(intent, connection)
    let row = try LedgerStateMachine.apply(event.change, at: event.at, to: old?.row, intent: intent)
    return replace(old ?? Entry(id: event.serial, row: row, timeline: CostTimeline()), by: row, event, isNew: old == nil)
  }

  @discardableResult
  private mutating func replace(_ old: Entry, by row: LedgerRow, _ event: LedgerEvent, isNew: Bool = false) -> Bool {
    var entry = old
    entry.row = row
    entry.timeline.apply(event.change, at: event.at, before: isNew ? nil : old.row, after: row)
    let isRepriced = entry.timeline != old.timeline || row.meters != old.row.meters
    guard isNew || isRepriced || row != old.row else { return false }
    entries[row.intent] = entry
    changed.insert(row.intent)
    if isRepriced { repriced.insert(row.intent) }
    return true
  }

  /// Writes what has changed.
  mutating func flush(_ connection: borrowing Connection) throws {
    try LedgerProjections.write(changed.compactMap { entries[$0] }.sorted { $0.id < $1.id }, connection)
    try LedgerProjections.price(repriced.compactMap { entries[$0] }.sorted { $0.id < $1.id }, connection)
    (changed, repriced) = ([], [])
  }
}
