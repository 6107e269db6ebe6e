import Basics
import Cryptography
import Synchronization

/// The key of the day: four HMACs that need not be repeated for every request.
final class SigningKeys: Sendable, CustomReflectable {
  private struct Entry: Sendable {
    let secret: Secret
    let day: String
    let key: HMAC256.Key
  }
  private let last = Mutex<Entry?>(nil)

  /// The key for a scope; of the last one asked for without a computation.
  func key(_ secret: Secret, day: Substring, region: String, service: String) -> HMAC256.Key {
    if let key = last.withLock({ $0.flatMap { $0.day == day && $0.secret == secret ? $0.key : nil } }) { return key }
    let start = secret.withExposed { Array("AWS4\($0)".utf8) }
    let words = [String(day), region, service, "aws4_request"]
    let key = HMAC256.Key(words.reduce(start) { HMAC256.code(for: $1.utf8, key: $0) })
    last.withLock { $0 = Entry(secret: secret, day: String(day), key: key) }
    return key
  }

  static func sign(_ text: String, _ key: HMAC256.Key) -> String { Hexadecimal.string(key.code(for: text.utf8)) }

  /// Shows no children to `dump`.
  var customMirror: Mirror { Mirror(self, children: []) }
}
