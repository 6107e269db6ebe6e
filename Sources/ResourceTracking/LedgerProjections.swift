import Basics
import FoundationEssentials
import SQLite
import TrainingModel

/// Writes what events add up to.
enum LedgerProjections {
  static func write(_ entries: [LedgerWorkingSet.Entry], _ connection: borrowing Connection) throws {
    var rows = try connection.prepare(
      """
      INSERT OR REPLACE INTO rows (id, intent, state, over, forgotten, kind, provider, account, region, machine, market, resource, run_uid, run_id,
        run_name, project, owner, created) VALUES (?1, ?2, ?3, ?4, ?5, ?6, ?7, ?8, ?9, ?10, ?11, ?12, ?13, ?14, ?15, ?16, ?17, ?18)
      """)
    var bodies = try connection.prepare("INSERT OR REPLACE INTO bodies VALUES (?1, ?2, ?3)")
    var tags = try connection.prepare("INSERT OR IGNORE INTO tags VALUES (?1, ?2)")
    for entry in entries {
      let row = entry.row
      let place = row.place
      try finish(
        &rows,
        [
          .integer(entry.id), .text(row.intent.rawValue), .text(row.state.rawValue), .integer(row.state.isOver ? 1 : 0),
          .integer(row.isForgotten ? 1 : 0), .text(row.kind), .text(place.provider.rawValue), .text(place.account), .text(place.region),
          .text(place.machine), .text(place.market.rawValue), SQLValue(row.resource?.rawValue), SQLValue(row.runUID),
          SQLValue(row.runID?.rawValue), SQLValue(row.runName), SQLValue(row.project), .text(row.owner),
          .integer(CostArithmetic.milliseconds(row.createdAt)),
        ])
      try finish(&bodies, [.integer(entry.id), .text(try json(row)), .text(try json(entry.timeline))])
      for tag in row.tags { try finish(&tags, [.integer(entry.id), .text(tag)]) }
      // What will never be sent again need not be kept: it may hold secrets.
      if row.state.isOver { try connection.run("DELETE FROM requests WHERE intent = ?1", [.text(row.intent.rawValue)]) }
    }
  }

  /// Cuts the rows' intervals anew, and their days.
  static func price(_ entries: [LedgerWorkingSet.Entry], _ connection: borrowing Connection) throws {
    var intervals = try connection.prepare("INSERT INTO intervals VALUES (?1, ?2, ?3, ?4, ?5, ?6)")
    var daily = try connection.prepare(
      """
      INSERT INTO daily VALUES (?1, ?2, ?3, ?4, ?5, ?6, ?7, ?8) ON CONFLICT (row, day, meter, quality, currency)
      DO UPDATE SET milliseconds = milliseconds + excluded.milliseconds, nanos = nanos + excluded.nanos
      """)
    for entry in entries {
      try connection.run("DELETE FROM intervals WHERE row = ?1", [.integer(entry.id)])
      try connection.run("DELETE FROM daily WHERE row = ?1", [.integer(entry.id)])
      for interval in entry.timeline.intervals(of: entry.row) {
        let quality = SQLValue.integer(Int64(CostQuality.allCases.firstIndex(of: interval.quality) ?? 0))
        try finish(
          &intervals,
          [
            .integer(entry.id), .integer(Int64(interval.meterIndex)), .integer(CostArithmetic.milliseconds(interval.start)),
            SQLValue(interval.end.map(CostArithmetic.milliseconds)), quality, .text(try json(interval)),
          ])
        guard let end = interval.end else { continue }
        for charge in CostArithmetic.daily(interval, until: end) {
          try finish(
            &daily,
            [
              .integer(entry.id), .integer(charge.day), .integer(Int64(interval.meterIndex)), .text(interval.meter.kind.rawValue), quality,
              .text(interval.meter.hourly?.currency ?? ""), .integer(charge.milliseconds), SQLValue(charge.nanos),
            ])
        }
      }
    }
  }

  static func json(_ value: some Encodable) throws -> String { String(decoding: try JSON.encode(value, compact: true), as: UTF8.self) }

  private static func finish(_ statement: inout Statement, _ values: [SQLValue]) throws {
    try statement.bind(values)
    while try statement.step() {}
  }
}
