import Basics
import FoundationEssentials

/// A time as signatures write it: `20150830T123600Z`.
struct SigningTime: Sendable, Equatable {
  let text: String
  /// `20150830`.
  var day: Substring { text.prefix(8) }

  init(_ date: Date) {
    // Whole seconds are cut, not rounded: a signature must not come from the future.
    let long = Timestamp.format(Date(timeIntervalSince1970: date.timeIntervalSince1970.rounded(.down)))
    text =
      String(long.utf8.filter { $0 != UInt8(ascii: "-") && $0 != UInt8(ascii: ":") }.prefix(15).map { Character(UnicodeScalar($0)) }) + "Z"
  }
}
