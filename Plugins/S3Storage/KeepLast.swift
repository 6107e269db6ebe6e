import FoundationEssentials
import ProviderKit

/// Which of what stands below a prefix goes when only the newest may stay: a pure function.
enum KeepLast {
  /// - Parameters:
  ///   - objects: all below the prefix.
  ///   - prefix: empty, or with a slash at its end.
  ///   - count: how many children stay. A child is an object directly below, or everything below one folder; a folder is as new as its newest object.
  /// - Returns: the objects that go. A child of which nobody knows how old it is stays, and is not counted.
  static func superfluous(_ objects: [ObjectFacts], below prefix: String, keeping count: Int) -> [ObjectFacts] {
    let children = Dictionary(grouping: objects.filter { $0.key.hasPrefix(prefix) && $0.key != prefix }) { object in
      let rest = object.key.dropFirst(prefix.count)
      return rest.firstIndex(of: "/").map { String(rest[...$0]) } ?? String(rest)
    }
    var dated: [(name: String, newest: Date)] = []
    for (name, members) in children {
      let dates = members.compactMap(\.modifiedAt)
      if dates.count == members.count, let newest = dates.max() { dated.append((name, newest)) }
    }
    // Of two that are equally new the later by name stays: numbers in names go up.
    dated.sort { $0.newest != $1.newest ? $0.newest > $1.newest : $1.name.utf8.lexicographicallyPrecedes($0.name.utf8) }
    return dated.dropFirst(max(0, count)).flatMap { children[$0.name] ?? [] }
      .sorted { $0.key.utf8.lexicographicallyPrecedes($1.key.utf8) }
  }
}
