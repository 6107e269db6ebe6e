public import TrainingModel

extension RunStore {
  /// Answers a query.
  public func runs(_ query: RunQuery) throws -> [RunSummary] { try scan(query) }
}
