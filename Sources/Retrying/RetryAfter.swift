import Basics
public import FoundationEssentials

/// The `Retry-After` field of an answer (RFC 9110, section 10.2.3).
public enum RetryAfter {
  /// Reads seconds or a date; a date that has passed is no wait.
  /// - Returns: nil when `value` is neither, or absent.
  public static func parse(_ value: String?, now: Date) -> Duration? {
    guard let text = value?.trimmed(), !text.isEmpty else { return nil }
    if text.utf8.allSatisfy({ (0x30...0x39).contains($0) }) { return Int64(text).map { .seconds(min($0, longest)) } }
    guard let date = date(text) else { return nil }
    let seconds = min(max(0, date.timeIntervalSince(now)), Double(longest))
    return .milliseconds(Int64((seconds * 1_000).rounded(.up)))
  }

  /// A year: whoever asks for more means never.
  private static let longest: Int64 = 366 * 86_400

  /// An HTTP date in the form that senders must use, `Sun, 06 Nov 1994 08:49:37 GMT` (section 5.6.7).
  private static func date(_ text: String) -> Date? {
    let words = text.split(separator: " ")
    guard words.count == 6, words[0].hasSuffix(","), words[1].count == 2, words[3].count == 4, words[4].count == 8, words[5] == "GMT",
      let month = months.firstIndex(of: String(words[2]))
    else { return nil }
    return Timestamp.parse("\(words[3])-\(month < 9 ? "0" : "")\(month + 1)-\(words[1])T\(words[4]).000Z")
  }

  private static let months = ["Jan", "Feb", "Mar", "Apr", "May", "Jun", "Jul", "Aug", "Sep", "Oct", "Nov", "Dec"]
}
