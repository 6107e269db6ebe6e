import HTTPTransport

/// The pairs of a query as they are signed: encoded anew, sorted by name, then by value.
struct CanonicalQuery {
  private var pairs: [(name: String, value: String)]

  /// The query of a target; none when it has none.
  init(_ target: String) {
    guard let mark = target.utf8.firstIndex(of: UInt8(ascii: "?")) else {
      pairs = []
      return
    }
    pairs = target[target.utf8.index(after: mark)...].split(separator: "&").map { pair in
      let name = pair.prefix { $0 != "=" }
      return (Self.encodedAnew(name), Self.encodedAnew(pair.dropFirst(name.count + 1)))
    }
  }

  /// Adds a pair that is not encoded yet.
  mutating func add(_ name: String, _ value: String) { pairs.append((name, PercentEncoding.encode(value))) }

  var text: String {
    if pairs.count < 2 { return pairs.first.map { "\($0.name)=\($0.value)" } ?? "" }
    // Encoded text is ASCII, whose order is that of its bytes.
    return pairs.sorted { ($0.name, $0.value) < ($1.name, $1.value) }.map { "\($0.name)=\($0.value)" }.joined(separator: "&")
  }

  private static func encodedAnew(_ text: Substring) -> String {
    PercentEncoding.encode(text.utf8.contains(UInt8(ascii: "%")) ? decoded(text) : String(text))
  }

  /// A `%` that begins no code stands for itself.
  static func decoded(_ text: Substring) -> String {
    var bytes: [UInt8] = []
    var rest = Array(text.utf8)[...]
    while let byte = rest.popFirst() {
      if byte == UInt8(ascii: "%"), rest.count >= 2, let code = UInt8(String(decoding: rest.prefix(2), as: UTF8.self), radix: 16) {
        bytes.append(code)
        rest = rest.dropFirst(2)
      } else {
        bytes.append(byte)
      }
    }
    return String(decoding: bytes, as: UTF8.self)
  }
}
