import Basics
import HTTPTransport

/// The one way in which a signature sees a path, a query and a header's value.
enum CanonicalForm {
  /// A path as it stands on the wire. Unless it is `normalised` it is taken as it is: S3's keys may hold dots and doubled slashes.
  static func path(_ path: String, normalised: Bool) -> String {
    let path = path.isEmpty ? "/" : path
    guard normalised else { return PercentEncoding.encode(decoded(path), keep: "/") }
    return PercentEncoding.encode(withoutDots(path), keep: "/")
  }

  /// RFC 3986, section 5.2.4, and no empty segments.
  private static func withoutDots(_ path: String) -> String {
    var segments: [Substring] = []
    for segment in path.split(separator: "/") where segment != "." {
      if segment == ".." { _ = segments.popLast() } else { segments.append(segment) }
    }
    let isFolder = path.hasSuffix("/") || path.hasSuffix("/.") || path.hasSuffix("/..")
    let joined = "/" + segments.joined(separator: "/")
    return isFolder && joined != "/" ? joined + "/" : joined
  }

  /// Pairs sorted by encoded name, then value; a name without `=` has an empty value.
  static func query(_ query: String) -> String {
    guard !query.isEmpty else { return "" }
    let pairs = query.split(separator: "&").map { pair in
      let parts = pair.split(separator: "=", maxSplits: 1, omittingEmptySubsequences: false).map(String.init)
      return (PercentEncoding.encode(decoded(parts[0])), PercentEncoding.encode(decoded(parts.count > 1 ? parts[1] : "")))
    }
    return pairs.filter { $0.0 != "X-Amz-Signature" }.sorted { ($0.0, $0.1) < ($1.0, $1.1) }.map { "\($0)=\($1)" }.joined(separator: "&")
  }

  /// A header's value without blanks at its ends and with single ones inside.
  static func folded(_ value: String) -> String {
    value.split { $0 == " " || $0 == "\t" || $0 == "\n" || $0 == "\r" }.joined(separator: " ")
  }

  /// Percent-encoding taken back; what is none stays.
  static func decoded(_ text: String) -> String {
    var bytes: [UInt8] = []
    var rest = Array(text.utf8)[...]
    func digit(_ byte: UInt8) -> UInt8? { Character(Unicode.Scalar(byte)).hexDigitValue.map(UInt8.init) }
    while let byte = rest.popFirst() {
      if byte == UInt8(ascii: "%"), rest.count >= 2, let high = digit(rest[rest.startIndex]), let low = digit(rest[rest.startIndex + 1]) {
        bytes.append(high << 4 | low)
        rest = rest.dropFirst(2)
      } else {
        bytes.append(byte)
      }
    }
    return String(decoding: bytes, as: UTF8.self)
  }
}
