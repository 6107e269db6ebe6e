import Basics
public import FoundationEssentials
import SQLite
public import TrainingModel

/// A machine that is over, and for which no bill is known yet.
public struct UnbilledRow: Sendable, Equatable {
  /// The machine.
  public var row: LedgerRow
  /// When it began to cost.
  public var start: Date
  /// When it stopped.
  public var end: Date
}

extension ResourceTracker {
  /// What the vendor's bill says that a row has cost, from its beginning to its end. Has an effect on what is over alone.
  @discardableResult
  public func billed(_ intent: IntentID, _ amount: Money) throws(LedgerError) -> LedgerRow { try record(.billed(amount), of: intent) }

  /// Machines of a provider that ended before a time, and whose costs are still what we have seen, oldest first.
  /// - Parameter since: only those that were written at or after.
  public func unbilled(at provider: ProviderID, since: Date, endedBefore: Date) throws(LedgerError) -> [UnbilledRow] {
    var filter = LedgerFilter.everything
    filter.providers = [provider]
    var (condition, values) = filter.condition
    let billed = CostQuality.allCases.firstIndex(of: .billed) ?? 0
    values.append(.integer(CostArithmetic.milliseconds(since)))
    let sql = """
      SELECT body, timeline FROM rows JOIN bodies USING (id) WHERE \(condition) AND rows.over = 1 AND rows.created >= ?
        AND EXISTS (SELECT 1 FROM intervals WHERE intervals.row = rows.id AND intervals.quality <> \(billed)) ORDER BY rows.id
      """
    let found = try read { connection in
      try connection.rows(sql, values) { row throws(SQLiteError) in (row.text(0) ?? "", row.text(1) ?? "") }
        .map { (try JSON.decode(LedgerRow.self, from: Data($0.0.utf8)), try JSON.decode(CostTimeline.self, from: Data($0.1.utf8))) }
    }
    return found.compactMap { row, timeline in
      guard row.resource != nil, let (start, end) = timeline.whole, end <= endedBefore else { return nil }
      return UnbilledRow(row: row, start: start, end: end)
    }
  }
}
