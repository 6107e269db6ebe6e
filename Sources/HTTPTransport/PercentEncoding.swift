/// Percent-encoding of what goes into a target (RFC 3986, section 2).
public enum PercentEncoding {
  /// Encodes everything but letters, digits and `-._~`, and what `keep` holds: a path may keep its `/`.
  public static func encode(_ text: String, keep: String = "") -> String {
    let kept = Set(keep.utf8)
    var bytes: [UInt8] = []
    for byte in text.utf8 {
      if isUnreserved(byte) || kept.contains(byte) {
        bytes.append(byte)
      } else {
        bytes += [UInt8(ascii: "%"), hexDigits[Int(byte >> 4)], hexDigits[Int(byte & 15)]]
      }
    }
    return String(decoding: bytes, as: UTF8.self)
  }

  /// `a=1&b=x%20y`, in the order given.
  public static func query(_ items: [(String, String)]) -> String {
    items.map { "\(encode($0))=\(encode($1))" }.joined(separator: "&")
  }

  private static let hexDigits = Array("0123456789ABCDEF".utf8)

  private static func isUnreserved(_ byte: UInt8) -> Bool {
    switch byte {
    case UInt8(ascii: "a")...UInt8(ascii: "z"), UInt8(ascii: "A")...UInt8(ascii: "Z"), UInt8(ascii: "0")...UInt8(ascii: "9"): true
    case UInt8(ascii: "-"), UInt8(ascii: "."), UInt8(ascii: "_"), UInt8(ascii: "~"): true
    default: false
    }
  }
}
