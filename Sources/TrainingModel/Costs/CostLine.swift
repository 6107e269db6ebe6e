/// By what costs are added up.
public enum CostGrouping: String, Sendable, Codable, CaseIterable {
  case run, project, provider, tag, day
}

/// One line of a report.
public struct CostLine: Sendable, Equatable {
  /// A run's id, a project, a provider, a tag, or a day; empty for what has none.
  public var key: String
  /// What it cost.
  public var sum: CostSum

  /// A line.
  public init(key: String, sum: CostSum) {
    self.key = key
    self.sum = sum
  }
}
