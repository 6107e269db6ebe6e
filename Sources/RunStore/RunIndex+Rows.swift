import FoundationEssentials
import SQLite
import TrainingModel

extension RunIndex {
  /// Puts rows in, replacing what was there under their ids.
  static func put(_ rows: [RunSummary], _ connection: borrowing Connection) throws(SQLiteError) {
    var insertRun = try connection.prepare(
      "INSERT OR REPLACE INTO runs VALUES (?1, ?2, ?3, ?4, ?5, ?6, ?7, ?8, ?9, ?10, ?11, ?12, ?13, ?14, ?15, ?16)")
    var insertTag = try connection.prepare("INSERT OR REPLACE INTO tags VALUES (?1, ?2, ?3)")
    var insertMetric = try connection.prepare("INSERT OR REPLACE INTO metrics VALUES (?1, ?2, ?3)")
    for row in rows {
      let id = SQLValue.text(row.id.rawValue)
      try removeDetails(id, connection)
      try finish(&insertRun, columns(of: row))
      for (position, tag) in row.tags.enumerated() { try finish(&insertTag, [id, .integer(Int64(position)), .text(tag)]) }
      for (name, value) in row.metrics { try finish(&insertMetric, [id, .text(name), .real(value)]) }
    }
  }

  /// Takes runs out.
  static func remove(_ ids: some Sequence<RunID>, _ connection: borrowing Connection) throws(SQLiteError) {
    for id in ids {
      let value = SQLValue.text(id.rawValue)
      try connection.run("DELETE FROM runs WHERE id = ?1", [value])
      try removeDetails(value, connection)
    }
  }

  private static func removeDetails(_ id: SQLValue, _ connection: borrowing Connection) throws(SQLiteError) {
    try connection.run("DELETE FROM tags WHERE id = ?1", [id])
    try connection.run("DELETE FROM metrics WHERE id = ?1", [id])
  }

  private static func finish(_ statement: inout Statement, _ values: [SQLValue]) throws(SQLiteError) {
    try statement.bind(values)
    while try statement.step() {}
  }

  private static func columns(of row: RunSummary) -> [SQLValue] {
    [
      .text(row.id.rawValue), .integer(Int64(IDAllocator.number(of: row.id.rawValue) ?? 0)), .text(row.uid), .text(row.name),
      .text(row.status.rawValue), SQLValue(row.reason?.rawValue), SQLValue(row.exitCode.map(Int64.init)), .text(row.provider.rawValue),
      SQLValue(row.project), .real(row.createdAt.timeIntervalSince1970), SQLValue(row.startedAt?.timeIntervalSince1970),
      SQLValue(row.finishedAt?.timeIntervalSince1970), SQLValue(row.durationSeconds), .text(row.runDir), SQLValue(row.damage),
      .integer(row.status.isTerminal ? 0 : 1),
    ]
  }

  static let columnNames =
    "id, uid, name, status, reason, exit_code, provider, project, created, started, finished, duration, path, damage"

  /// The row that a statement over ``columnNames`` stands on; without tags and metrics.
  static func summary(_ row: borrowing Statement) -> RunSummary {
    var summary = RunSummary(
      id: RunID(row.text(0) ?? ""), status: RunStatus(rawValue: row.text(3) ?? "") ?? .failed, provider: ProviderID(row.text(6) ?? ""),
      runDir: row.text(12) ?? "", createdAt: Date(timeIntervalSince1970: row.real(8) ?? 0))
    summary.uid = row.text(1) ?? ""
    summary.name = row.text(2) ?? ""
    summary.reason = row.text(4).flatMap(RunReason.init(rawValue:))
    summary.exitCode = row.integer(5).map(Int32.init(truncatingIfNeeded:))
    summary.project = row.text(7)
    summary.startedAt = row.real(9).map(Date.init(timeIntervalSince1970:))
    summary.finishedAt = row.real(10).map(Date.init(timeIntervalSince1970:))
    summary.durationSeconds = row.real(11)
    summary.damage = row.text(13)
    return summary
  }
}
