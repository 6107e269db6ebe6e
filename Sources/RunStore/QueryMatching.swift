import FoundationEssentials
import Glibc
import TrainingModel

/// What a query means, row by row: the definition that the index must agree with.
enum QueryMatching {
  static func answer(_ query: RunQuery, from rows: [RunSummary]) -> [RunSummary] {
    let matching = rows.filter { matches($0, query) }.sorted { precedes($0, $1, query.order) }
    return query.limit.map { Array(matching.prefix($0)) } ?? matching
  }

  static func matches(_ row: RunSummary, _ query: RunQuery) -> Bool {
    if !query.statuses.isEmpty && !query.statuses.contains(row.status) { return false }
    if !query.tags.allSatisfy(row.tags.contains) { return false }
    if let glob = query.nameGlob, fnmatch(glob, row.name, 0) != 0 { return false }
    if let project = query.project, row.project != project { return false }
    if let uid = query.uid, row.uid != uid { return false }
    if let since = query.since, row.createdAt < since { return false }
    return true
  }

  /// Newest first where nothing else decides.
  static func precedes(_ left: RunSummary, _ right: RunSummary, _ order: RunQuery.Order) -> Bool {
    let newer = (left.createdAt, left.id) > (right.createdAt, right.id)
    switch order {
    case .created: return newer
    case .name: return left.name == right.name ? newer : left.name < right.name
    case .duration: return byOptional(left.durationSeconds, right.durationSeconds, ascending: false) ?? newer
    case .metric(let name, let ascending): return byOptional(left.metrics[name], right.metrics[name], ascending: ascending) ?? newer
    }
  }

  /// Nil when equal; a missing value comes last either way.
  private static func byOptional(_ left: Double?, _ right: Double?, ascending: Bool) -> Bool? {
    switch (left, right) {
    case (nil, nil): nil
    case (nil, _): false
    case (_, nil): true
    case (let left?, let right?): left == right ? nil : (left < right) == ascending
    }
  }
}
