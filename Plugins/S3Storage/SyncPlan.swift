import ControlAPI
import FoundationEssentials

/// What makes the target like the source: a pure function of both.
struct SyncPlan: Sendable, Equatable {
  /// What is copied, by path.
  var copies: [SyncItem] = []
  /// What is only at the target and goes, by path.
  var deletions: [SyncItem] = []
  /// How many stay as they are.
  var unchanged = 0

  /// - Parameters:
  ///   - source: no path twice.
  ///   - target: no path twice.
  init(from source: [SyncItem], to target: [SyncItem], _ comparison: StorageTransfer.Comparison, deletes: Bool) {
    var rest = Dictionary(target.map { ($0.path, $0) }) { first, _ in first }
    for item in source {
      if let there = rest.removeValue(forKey: item.path), !Self.differs(item, there, comparison) {
        unchanged += 1
      } else {
        copies.append(item)
      }
    }
    if deletes { deletions = Array(rest.values) }
    copies.sort(by: Self.order)
    deletions.sort(by: Self.order)
  }

  private static func differs(_ item: SyncItem, _ there: SyncItem, _ comparison: StorageTransfer.Comparison) -> Bool {
    if comparison == .always || item.size != there.size { return true }
    switch comparison {
    case .always: return true
    case .size: return false
    case .time:
      guard let new = item.modifiedAt, let old = there.modifiedAt else { return true }
      // Stores keep whole seconds: what is newer by less is the same.
      return new.timeIntervalSince1970.rounded(.down) > old.timeIntervalSince1970.rounded(.down)
    case .checksum:
      // What cannot be compared is copied.
      guard let tag = item.tag, let other = there.tag else { return true }
      return tag != other
    }
  }

  private static func order(_ left: SyncItem, _ right: SyncItem) -> Bool { left.path.utf8.lexicographicallyPrecedes(right.path.utf8) }
}
