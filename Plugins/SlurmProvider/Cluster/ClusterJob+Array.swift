import TrainingModel

extension ClusterJob {
  /// Tags whose value an array's comment has for the task with number zero; those of the others are counted from it.
  static let counted = [OwnershipTags.intent, OwnershipTags.run]

  /// The number of the task that an id names: `12_3` is the fourth of array 12. Nil for a job by itself.
  static func task(of id: String) -> Int? { id.firstIndex(of: "_").flatMap { Int(id[id.index(after: $0)...]) } }

  /// The arrays, and the jobs by themselves, that ids name; each once.
  static func arrays(_ ids: [String]) -> [String] {
    ids.map { String($0.prefix { $0 != "_" }) }.reduce(into: []) { if !$0.contains($1) { $0.append($1) } }
  }

  /// Tags as a task's own.
  static func tags(_ tags: [String: String], of id: String) -> [String: String] {
    guard let task = task(of: id) else { return tags }
    return counted.reduce(into: tags) { own, key in own[key] = own[key].map { SweepMember.id(task, of: $0) } }
  }

  /// The id of a run's task in the array that this is a task of; nil when the run has none there.
  func task(ofRun uid: String) -> String? {
    guard Self.task(of: id) != nil, let own = tags[OwnershipTags.run], SweepMember.base(of: own) == SweepMember.base(of: uid),
      let index = SweepMember.index(of: uid)
    else { return nil }
    return Self.arrays([id]).first.map { "\($0)_\(index)" }
  }
}
