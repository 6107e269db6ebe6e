import Basics
import FoundationEssentials
import SQLite
public import TrainingModel

extension ResourceTracker {
  /// Rows, oldest first.
  public func rows(_ filter: LedgerFilter = LedgerFilter()) throws(LedgerError) -> [LedgerRow] {
    try read { try Self.rows(filter, $0) }
  }

  /// The row of an intent; nil when there is none.
  public func row(_ intent: IntentID) throws(LedgerError) -> LedgerRow? {
    try read { connection in
      try Self.decode("SELECT body FROM rows JOIN bodies USING (id) WHERE intent = ?1", [.text(intent.rawValue)], connection).first
    }
  }

  /// The rows of intents, by intent; one that is not in the ledger is left out.
  public func rows(of intents: [IntentID]) throws(LedgerError) -> [IntentID: LedgerRow] {
    guard !intents.isEmpty else { return [:] }
    let found = try read { connection in
      try Self.decode(
        "SELECT body FROM rows JOIN bodies USING (id) WHERE intent IN (SELECT value FROM json_each(?1))", [try Self.list(intents)],
        connection)
    }
    return Dictionary(found.map { ($0.intent, $0) }) { first, _ in first }
  }

  /// Intents as one value of a statement, however many they are.
  static func list(_ intents: [IntentID]) throws -> SQLValue {
    .text(String(decoding: try JSON.encode(intents.map(\.rawValue), compact: true), as: UTF8.self))
  }

  /// The row that people call so: an intent or a resource's name, whole or the beginning of one. A whole name wins over beginnings, what is
  /// not over over what is.
  /// - Throws: ``LedgerError/unknown(reference:)``, ``LedgerError/ambiguous(reference:candidates:)``.
  public func row(called reference: String) throws(LedgerError) -> LedgerRow {
    guard !reference.isEmpty else { throw .unknown(reference: reference) }
    let found = try read { connection in
      try Self.decode(
        """
        SELECT body FROM rows JOIN bodies USING (id)
        WHERE intent = ?1 OR resource = ?1 OR substr(intent, 1, length(?1)) = ?1 OR substr(resource, 1, length(?1)) = ?1 ORDER BY rows.id
        """, [.text(reference)], connection)
    }
    let whole = found.filter { $0.intent.rawValue == reference || $0.resource?.rawValue == reference }
    for candidates in [whole.filter { !$0.state.isOver }, whole, found.filter { !$0.state.isOver }, found] where !candidates.isEmpty {
      guard let only = candidates.first, candidates.count == 1 else {
        throw .ambiguous(reference: reference, candidates: candidates.map(\.intent))
      }
      return only
    }
    throw .unknown(reference: reference)
  }

  /// The rows that a reconciliation with a listing needs: what is not over at that provider, and whatever the listing names.
  public func rows(at provider: ProviderID, namedBy resources: [Resource]) throws(LedgerError) -> [LedgerRow] {
    try read { connection in
      var filter = LedgerFilter()
      filter.providers = [provider]
      filter.includesForgotten = true
      var rows = try Self.rows(filter, connection)
      var known = Set(rows.map(\.intent))
      let named = Set(rows.compactMap(\.resource))
      for resource in resources where !named.contains(resource.id) || resource.intent.map({ !known.contains($0) }) ?? false {
        let others = try Self.decode(
          "SELECT body FROM rows JOIN bodies USING (id) WHERE (intent = ?1 OR resource = ?2) AND provider = ?3 ORDER BY rows.id",
          [SQLValue(resource.intent?.rawValue), .text(resource.id.rawValue), .text(provider.rawValue)], connection)
        for row in others where known.insert(row.intent).inserted { rows.append(row) }
      }
      return rows
    }
  }

  /// Events in order.
  /// - Parameters:
  ///   - serial: those after this one.
  ///   - intent: of one row only.
  ///   - limit: at most so many.
  public func events(after serial: Int64 = 0, of intent: IntentID? = nil, limit: Int = 1_000) throws(LedgerError) -> [LedgerEvent] {
    try read { connection in
      let condition = intent == nil ? "serial > ?1" : "serial > ?1 AND intent = ?3"
      let values: [SQLValue] = [.integer(serial), .integer(Int64(limit))] + (intent.map { [.text($0.rawValue)] } ?? [])
      let bodies = try connection.rows("SELECT body FROM events WHERE \(condition) ORDER BY serial LIMIT ?2", values) {
        row throws(SQLiteError) in row.text(0) ?? ""
      }
      return try bodies.map { try JSON.decode(LedgerEvent.self, from: Data($0.utf8)) }
    }
  }

  /// How far the ledger is: the number of its last event. What a reviewed plan is bound to.
  public func serial() throws(LedgerError) -> Int64 {
    try read { connection in
      try connection.rows("SELECT serial FROM head") { row throws(SQLiteError) in row.integer(0) ?? 0 }.first ?? 0
    }
  }

  /// The budgets, by name.
  public func budgets() throws(LedgerError) -> [Budget] { try read { try Self.budgets($0) } }

  /// Sets a budget, or replaces the one of that name.
  public func set(_ budget: Budget) throws(LedgerError) { try append([(nil, .budgeted(budget))]) }

  /// Takes a budget away; one that is not there is fine.
  public func removeBudget(_ name: String) throws(LedgerError) { try append([(nil, .unbudgeted(name: name))]) }

  static func rows(_ filter: LedgerFilter, _ connection: borrowing Connection) throws -> [LedgerRow] {
    var (condition, values) = filter.condition
    var order = "ORDER BY rows.id"
    if let limit = filter.limit {
      values.append(.integer(Int64(limit)))
      condition = "rows.id IN (SELECT rows.id FROM rows WHERE \(condition) ORDER BY rows.id DESC LIMIT ?)"
      order = "ORDER BY rows.id"
    }
    return try decode("SELECT body FROM rows JOIN bodies USING (id) WHERE \(condition) \(order)", values, connection)
  }

  static func budgets(_ connection: borrowing Connection) throws -> [Budget] {
    let bodies = try connection.rows("SELECT body FROM budgets ORDER BY name") { row throws(SQLiteError) in row.text(0) ?? "" }
    return try bodies.map { try JSON.decode(Budget.self, from: Data($0.utf8)) }
  }

  private static func decode(_ sql: String, _ values: [SQLValue], _ connection: borrowing Connection) throws -> [LedgerRow] {
    let bodies = try connection.rows(sql, values) { row throws(SQLiteError) in row.text(0) ?? "" }
    return try bodies.map { try JSON.decode(LedgerRow.self, from: Data($0.utf8)) }
  }
}
