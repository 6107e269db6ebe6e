import FoundationEssentials
import Synchronization
import TrainingModel

/// How a machine looked that waited for its turn, and when: so that not every look asks for a listing.
final class LastLook: Sendable {
  private let value = Mutex<(seen: Resource, at: Date)?>(nil)
  /// How long its words are good.
  private static let age: TimeInterval = 60

  /// A machine that waited not long ago; nil for one that did not, and when it is time to look again.
  func waiting(_ now: Date) -> Resource? {
    value.withLock { last in
      guard let last, last.seen.state == .starting, now.timeIntervalSince(last.at) < Self.age else { return nil }
      return last.seen
    }
  }

  func note(_ seen: Resource?, at now: Date) { value.withLock { $0 = seen.map { ($0, now) } } }
}
