import Basics
public import TrainingModel

extension RunStore {
  /// The id that somebody typed: the whole id, a unique prefix, a bare number, `@latest`, or a run's uid.
  /// - Throws: ``RunNotFound`` with the candidates when it could mean several.
  public func resolve(_ reference: String) throws -> RunID {
    if reference == "@latest" {
      guard let latest = try ids().max() else { throw RunNotFound(reference: reference, candidates: []) }
      return latest
    }
    if IDAllocator.number(of: reference) != nil, isRun(RunID(reference)) { return RunID(reference) }
    if let number = Int(reference), number > 0 {
      let id = RunID(IDAllocator.name(number))
      if isRun(id) { return id }
    }
    guard !reference.isEmpty, !reference.contains("/") else { throw RunNotFound(reference: reference, candidates: []) }
    let candidates = try candidates(reference)
    guard candidates.count == 1, let only = candidates.first else { throw RunNotFound(reference: reference, candidates: candidates) }
    return only
  }

  /// The runs whose id begins so; where there are none, the runs whose uid it is.
  private func candidates(_ reference: String) throws -> [RunID] {
    let byID = try ids().filter { $0.rawValue.hasPrefix(reference) }.sorted()
    guard byID.isEmpty else { return byID }
    var query = RunQuery()
    query.uid = reference
    return try runs(query).map(\.id)
  }

  private func isRun(_ id: RunID) -> Bool { Files.isFolder(folder(id).path) }
}
