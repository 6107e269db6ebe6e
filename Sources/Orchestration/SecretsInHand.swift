import Basics
import Synchronization

/// The secrets of the runs that this process has started, by their uid: for attempts after the first. They are written nowhere.
final class SecretsInHand: Sendable {
  private let values = Mutex<[String: [String: Secret]]>([:])

  func keep(_ secrets: [String: Secret], of uid: String) { values.withLock { $0[uid] = secrets } }
  func of(_ uid: String) -> [String: Secret]? { values.withLock { $0[uid] } }
}
