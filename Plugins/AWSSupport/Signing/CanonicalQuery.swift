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
    pairs = target.utf8[target.utf8.index(after: mark)...].split(separator: UInt8(ascii: "&")).map { pair in
      let end = pair.firstIndex(of: UInt8(ascii: "=")) ?? pair.endIndex
      let value = end == pair.endIndex ? pair[end...] : pair[pair.index(after: end)...]
      return (Self.encodedAnew(Substring(pair[..<end])), Self.encodedAnew(Substring(value)))
    }
  }

  /// Adds a pair that is not encoded yet.
  mutating func add(_ name: String, _ value: String) { pairs.append((name, PercentEncoding.encode(value))) }

  var text: String {
    if pairs.count < 2 { return pairs.first.map { "\($0.name)=\($0.value)" } ?? "" }
    // Encoded text is ASCII, whose order is that of its bytes.
    // Encoded text is ASCII, whose order is that of its bytes.
    var text = ""
    text.reserveCapacity(256)
    for pair in pairs.sorted(by: { ($0.name, $0.value) < ($1.name, $1.value) }) {
      if !text.isEmpty { text += "&" }
      text += pair.name
      text += "="
      text += pair.value
    }
    return text
  }

  private static func encodedAnew(_ text: Substring) -> String {
    let given = String(text)
    if given.utf8.withContiguousStorageIfAvailable(isCanonical) == true { return given }
    return PercentEncoding.encode(given.utf8.contains(UInt8(ascii: "%")) ? decoded(text) : given)
  }

  /// Whether every byte is plain, or a code in capitals of one that is not.
  private static func isCanonical(_ bytes: UnsafeBufferPointer<UInt8>) -> Bool {
    var index = 0
    while index < bytes.count {
      if PercentEncoding.isUnreserved(bytes[index]) {
        index += 1
      } else {
        guard bytes[index] == UInt8(ascii: "%"), index + 2 < bytes.count, bytes[index + 1] < 0x61, bytes[index + 2] < 0x61,
          let high = digit(bytes[index + 1]), let low = digit(bytes[index + 2]), !PercentEncoding.isUnreserved(high << 4 | low)
        else { return false }
        index += 3
      }
    }
    return true
  }

  /// A `%` that begins no code stands for itself.
  static func decoded(_ text: Substring) -> String {
    var bytes: [UInt8] = []
    let given = Array(text.utf8)
    bytes.reserveCapacity(given.count)
    var index = 0
    while index < given.count {
      if given[index] == UInt8(ascii: "%"), index + 2 < given.count, let high = digit(given[index + 1]), let low = digit(given[index + 2]) {
        bytes.append(high << 4 | low)
        index += 3
      } else {
        bytes.append(given[index])
        index += 1
      }
    }
    return String(decoding: bytes, as: UTF8.self)
  }

  private static func digit(_ byte: UInt8) -> UInt8? {
    switch byte {
    case UInt8(ascii: "0")...UInt8(ascii: "9"): byte - UInt8(ascii: "0")
    case UInt8(ascii: "a")...UInt8(ascii: "f"): byte - UInt8(ascii: "a") + 10
    case UInt8(ascii: "A")...UInt8(ascii: "F"): byte - UInt8(ascii: "A") + 10
    default: nil
    }
  }
}
