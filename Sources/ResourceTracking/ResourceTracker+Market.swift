import Basics
public import FoundationEssentials
import SQLite
public import TrainingModel

extension ResourceTracker {
  /// What the market charged for a row since its launch, known until `through`.
  @discardableResult
  public func priced(_ intent: IntentID, _ prices: [SpotPrice], through: Date) throws(LedgerError) -> LedgerRow {
    try record(.priced(prices, through: through), of: intent)
  }

  /// Machines whose market price is not known for all the time that they ran.
  /// - Parameters:
  ///   - filter: of which rows; also those that are over, whatever it says.
  ///   - since: what is over counts when it was written at or after.
  public func spotGaps(_ filter: LedgerFilter, since: Date) throws(LedgerError) -> [SpotGap] {
    var filter = filter
    filter.includesOver = true
    var (condition, values) = filter.condition
    values.append(.integer(CostArithmetic.milliseconds(since)))
    // What is over is looked at again only while a part of its bill is estimated.
    let estimated = CostQuality.allCases.firstIndex(of: .estimated) ?? 0
    let sql = """
      SELECT body, timeline FROM rows JOIN bodies USING (id) WHERE \(condition) AND rows.market = 'spot' AND (rows.over = 0 OR rows.created >= ?
        AND EXISTS (SELECT 1 FROM intervals WHERE intervals.row = rows.id AND intervals.quality = \(estimated))) ORDER BY rows.id
      """
    let found = try read { connection in
      try connection.rows(sql, values) { row throws(SQLiteError) in (row.text(0) ?? "", row.text(1) ?? "") }
        .map { (try JSON.decode(LedgerRow.self, from: Data($0.0.utf8)), try JSON.decode(CostTimeline.self, from: Data($0.1.utf8))) }
    }
    return found.compactMap { $1.gap(of: $0) }
  }
}
