import Basics
import FoundationEssentials
import Synchronization

/// How far this machine's clock is off AWS's, once a service has refused a signature for it.
final class ClockSkew: Sendable {
  private let seconds = Mutex(0.0)

  /// What AWS's clock shows when ours shows `date`.
  func corrected(_ date: Date) -> Date { date.addingTimeInterval(seconds.withLock { $0 }) }

  /// Learns from the `Date` of a refusal.
  /// - Returns: whether the clock was off by more than four minutes, of the five (EC2) to fifteen (S3) that a signature is good for.
  func learn(serverTime: Date?, now: Date) -> Bool {
    guard let serverTime else { return false }
    let off = serverTime.timeIntervalSince(now)
    return seconds.withLock { seconds in
      guard abs(off - seconds) > 240 else { return false }
      seconds = off
      return true
    }
  }

  /// An HTTP date, `Sun, 06 Nov 1994 08:49:37 GMT` (RFC 9110, section 5.6.7); nil when the text is none.
  static func parse(_ text: String?) -> Date? {
    guard let words = text?.split(separator: " "), words.count == 6, words[1].count == 2, words[3].count == 4, words[4].count == 8,
      let month = months.firstIndex(of: String(words[2]))
    else { return nil }
    return Timestamp.parse("\(words[3])-\(month < 9 ? "0" : "")\(month + 1)-\(words[1])T\(words[4]).000Z")
  }

  private static let months = ["Jan", "Feb", "Mar", "Apr", "May", "Jun", "Jul", "Aug", "Sep", "Oct", "Nov", "Dec"]
}
