import Basics
import FoundationEssentials
import SQLite
public import TrainingModel

extension ResourceTracker {
  /// The intervals of the rows of a filter, by row, meter and time.
  public func costIntervals(_ filter: LedgerFilter = .everything) throws(LedgerError) -> [CostInterval] {
    try read { connection in
      let (condition, values) = filter.condition
      return try Self.intervals(
        "SELECT intervals.body FROM intervals JOIN rows ON rows.id = intervals.row WHERE \(condition) ORDER BY row, meter, start", values,
        connection)
    }
  }

  /// What each of some rows has cost; nothing for one that never ran. Reads what these rows need, however many there are beside them.
  public func costs(of intents: [IntentID]) throws(LedgerError) -> [IntentID: RowCost] {
    guard !intents.isEmpty else { return [:] }
    return try read { connection in
      let names = try Self.list(intents)
      let wanted = "rows.intent IN (SELECT value FROM json_each(?1))"
      var costs: [IntentID: RowCost] = [:]
      let ended = try connection.rows(
        """
        SELECT rows.intent, daily.currency, SUM(nanos), SUM(milliseconds), MIN(quality)
        FROM rows JOIN daily ON daily.row = rows.id WHERE \(wanted) GROUP BY rows.id, daily.currency
        """, [names]
      ) { row throws(SQLiteError) in (IntentID(row.text(0) ?? ""), Self.total(row, keys: [], from: 1)) }
      for (intent, total) in ended { costs[intent, default: RowCost()].ended.append(total) }
      let running = try Self.intervals(
        """
        SELECT intervals.body FROM rows JOIN intervals ON intervals.row = rows.id AND intervals."end" IS NULL WHERE \(wanted)
        ORDER BY row, meter, start
        """, [names], connection)
      for interval in running { costs[interval.intent, default: RowCost()].running.append(interval) }
      return costs
    }
  }

  /// What runs now, with its rows: to be added to ``totals(by:_:from:before:)`` with ``CostArithmetic/daily(_:until:)``.
  public func running(_ filter: LedgerFilter = .everything) throws(LedgerError) -> [RunningCost] {
    try read { try Self.running(filter, $0) }
  }

  /// Sums of all intervals that have ended, from the daily projection.
  /// - Parameters:
  ///   - keys: what to group by; none gives one total for each currency.
  ///   - filter: of which rows; its `limit` is not used.
  ///   - from: the first day (days since 1970, UTC).
  ///   - before: the first day that does not count.
  public func totals(by keys: [CostKey], _ filter: LedgerFilter = .everything, from: Int64? = nil, before: Int64? = nil)
    throws(LedgerError) -> [CostTotal]
  {
    try read { try Self.totals(by: keys, filter, from: from, before: before, $0) }
  }

  static func totals(by keys: [CostKey], _ filter: LedgerFilter, from: Int64?, before: Int64?, _ connection: borrowing Connection) throws
    -> [CostTotal]
  {
    var (condition, values) = filter.condition
    for (term, day) in [("daily.day >= ?", from), ("daily.day < ?", before)] {
      guard let day else { continue }
      condition += " AND \(term)"
      values.append(.integer(day))
    }
    let columns = keys.map(\.column)
    let isByRow = !columns.allSatisfy { $0.contains("daily.") } || condition.contains("rows.")
    let tables =
      "daily" + (isByRow ? " JOIN rows ON rows.id = daily.row" : "") + (keys.contains(.tag) ? " LEFT JOIN tags ON tags.row = rows.id" : "")
    let group = (columns + ["daily.currency"]).joined(separator: ", ")
    let count = Int32(columns.count)
    return try connection.rows(
      """
      SELECT \(group), SUM(nanos), SUM(milliseconds), MIN(quality)
      FROM \(tables) WHERE \(condition) GROUP BY \(group) ORDER BY \(group)
      """, values
    ) { row throws(SQLiteError) in Self.total(row, keys: (0..<count).map { row.text($0) }, from: count) }
  }

  /// A total of currency, 10⁻⁹ of it, milliseconds and quality, in the columns from `first` on.
  private static func total(_ row: borrowing Statement, keys: [String?], from first: Int32) -> CostTotal {
    let currency = row.text(first) ?? ""
    let milliseconds = row.integer(first + 2) ?? 0
    return CostTotal(
      keys: keys, currency: currency, nanos: row.integer(first + 1) ?? 0, milliseconds: milliseconds,
      // A rate that nobody knows has no currency either.
      unpricedMilliseconds: currency.isEmpty ? milliseconds : 0,
      quality: CostQuality.allCases[min(max(Int(row.integer(first + 3) ?? 0), 0), CostQuality.allCases.count - 1)])
  }

  static func running(_ filter: LedgerFilter, _ connection: borrowing Connection) throws -> [RunningCost] {
    let (condition, values) = filter.condition
    let found = try connection.rows(
      """
      SELECT intervals.body, bodies.body FROM intervals JOIN rows ON rows.id = intervals.row JOIN bodies ON bodies.id = rows.id
      WHERE intervals."end" IS NULL AND \(condition) ORDER BY row, meter, start
      """, values
    ) { row throws(SQLiteError) in (row.text(0) ?? "", row.text(1) ?? "") }
    var costs: [RunningCost] = []
    for (interval, body) in found {
      let interval = try JSON.decode(CostInterval.self, from: Data(interval.utf8))
      if costs.last?.row.intent != interval.intent {
        costs.append(RunningCost(row: try JSON.decode(LedgerRow.self, from: Data(body.utf8)), intervals: []))
      }
      costs[costs.count - 1].intervals.append(interval)
    }
    return costs
  }

  private static func intervals(_ sql: String, _ values: [SQLValue], _ connection: borrowing Connection) throws -> [CostInterval] {
    let bodies = try connection.rows(sql, values) { row throws(SQLiteError) in row.text(0) ?? "" }
    return try bodies.map { try JSON.decode(CostInterval.self, from: Data($0.utf8)) }
  }
}
