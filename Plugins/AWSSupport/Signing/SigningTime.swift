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
    // From `2015-08-30T12:36:00.000Z`.
    var bytes: [UInt8] = []
    bytes.reserveCapacity(16)
    for byte in long.utf8 where byte != UInt8(ascii: "-") && byte != UInt8(ascii: ":") && bytes.count < 15 { bytes.append(byte) }
    bytes.append(UInt8(ascii: "Z"))
    text = String(decoding: bytes, as: UTF8.self)
  }
}
