import FoundationEssentials
import SQLite
import TrainingModel

extension RunIndex {
  /// Answers a query; the meaning is that of `QueryMatching`.
  static func answer(_ query: RunQuery, _ connection: borrowing Connection) throws(SQLiteError) -> [RunSummary] {
    let statement = statement(for: query)
    var rows = try connection.rows(statement.sql, statement.values) { row throws(SQLiteError) in summary(row) }
    var tags = try connection.prepare("SELECT tag FROM tags WHERE id = ?1 ORDER BY position")
    var metrics = try connection.prepare("SELECT name, value FROM metrics WHERE id = ?1")
    for index in rows.indices {
      let id = [SQLValue.text(rows[index].id.rawValue)]
      try tags.bind(id)
      while try tags.step() { rows[index].tags.append(tags.text(0) ?? "") }
      try metrics.bind(id)
      while try metrics.step() { rows[index].metrics[metrics.text(0) ?? ""] = metrics.real(1) }
    }
    return rows
  }

  /// A query as SQL; every value is bound.
  static func statement(for query: RunQuery) -> (sql: String, values: [SQLValue]) {
    var values: [SQLValue] = []
    func placeholder(_ value: SQLValue) -> String {
      values.append(value)
      return "?\(values.count)"
    }
    var conditions: [String] = []
    if !query.statuses.isEmpty {
      let marks = query.statuses.map(\.rawValue).sorted().map { placeholder(.text($0)) }
      conditions.append("status IN (\(marks.joined(separator: ", ")))")
    }
    for tag in query.tags { conditions.append("EXISTS (SELECT 1 FROM tags WHERE tags.id = runs.id AND tag = \(placeholder(.text(tag))))") }
    if let glob = query.nameGlob { conditions.append("name GLOB \(placeholder(.text(glob.replacing("[!", with: "[^"))))") }
    if let project = query.project { conditions.append("project = \(placeholder(.text(project)))") }
    if let uid = query.uid { conditions.append("uid = \(placeholder(.text(uid)))") }
    if let since = query.since { conditions.append("created >= \(placeholder(.real(since.timeIntervalSince1970)))") }
    let order: String
    switch query.order {
    case .created: order = ""
    case .name: order = "name ASC, "
    case .duration: order = "duration IS NULL, duration DESC, "
    case .metric(let name, let ascending):
      let value = "(SELECT value FROM metrics WHERE metrics.id = runs.id AND metrics.name = \(placeholder(.text(name))))"
      order = "\(value) IS NULL, \(value) \(ascending ? "ASC" : "DESC"), "
    }
    let filter = conditions.isEmpty ? "" : " WHERE " + conditions.joined(separator: " AND ")
    let limit = query.limit.map { " LIMIT \(max(0, $0))" } ?? ""
    return ("SELECT \(columnNames) FROM runs\(filter) ORDER BY \(order)created DESC, number DESC\(limit)", values)
  }
}
