/// Percent-encoding of what goes into a target (RFC 3986, section 2).
public enum PercentEncoding {
  /// Encodes everything but letters, digits and `-._~`, and what `keep` holds: a path may keep its `/`.
  public static func encode(_ text: String, keep: String = "") -> String {
    // Most of what is encoded needs no change.
    if text.utf8.allSatisfy({ isUnreserved($0) || !keep.isEmpty && keep.utf8.contains($0) }) { return text }
    return String(unsafeUninitializedCapacity: text.utf8.count * 3) { buffer in
      var count = 0
      for byte in text.utf8 {
        if isUnreserved(byte) || !keep.isEmpty && keep.utf8.contains(byte) {
          buffer[count] = byte
          count += 1
        } else {
          buffer[count] = UInt8(ascii: "%")
          buffer[count + 1] = hexDigit(byte >> 4)
          buffer[count + 2] = hexDigit(byte & 15)
          count += 3
        }
      }
      return count
    }
  }

  /// `a=1&b=x%20y`, in the order given.
  public static func query(_ items: [(String, String)]) -> String {
    items.map { "\(encode($0))=\(encode($1))" }.joined(separator: "&")
  }

  private static func hexDigit(_ value: UInt8) -> UInt8 { value < 10 ? UInt8(ascii: "0") + value : UInt8(ascii: "A") + value - 10 }

  /// Letters, digits and `-._~`.
  public static func isUnreserved(_ byte: UInt8) -> Bool {
    switch byte {
    case UInt8(ascii: "a")...UInt8(ascii: "z"), UInt8(ascii: "A")...UInt8(ascii: "Z"), UInt8(ascii: "0")...UInt8(ascii: "9"): true
    case UInt8(ascii: "-"), UInt8(ascii: "."), UInt8(ascii: "_"), UInt8(ascii: "~"): true
    default: false
    }
  }
}
