import Basics
import FoundationEssentials

/// Walks over the bytes of one metric line. Makes no strings but for names.
struct MetricCursor {
  private let bytes: UnsafeRawBufferPointer
  private var position = 0

  init(_ bytes: UnsafeRawBufferPointer) { self.bytes = bytes }

  var peek: UInt8? { position < bytes.count ? bytes[position] : nil }

  mutating func skipSpaces() {
    while let byte = peek, Self.isSpace(byte) { position += 1 }
  }

  private static func isSpace(_ byte: UInt8) -> Bool { byte == 0x20 || (byte >= 0x09 && byte <= 0x0D) }

  private mutating func take(_ character: Unicode.Scalar) -> Bool {
    guard peek == UInt8(ascii: character) else { return false }
    position += 1
    return true
  }

  // MARK: name=value

  /// Reads `name=value` words up to the end; commas between them are fine. False when there was no pair at all.
  mutating func readPairs(_ found: (String, Double) -> Void) -> Bool {
    var any = false
    while peek != nil {
      let start = position
      while let byte = peek, !Self.isSpace(byte), byte != UInt8(ascii: ",") { position += 1 }
      let word = bytes[start..<position]
      while let byte = peek, Self.isSpace(byte) || byte == UInt8(ascii: ",") { position += 1 }
      guard let equals = word.firstIndex(of: UInt8(ascii: "=")), equals > start, equals - start <= MetricLine.longestName else { continue }
      any = true
      let name = String(decoding: bytes[start..<equals], as: UTF8.self)
      if let value = Self.number(bytes[(equals + 1)..<word.endIndex]) { found(name, value) }
    }
    return any
  }

  // MARK: JSON

  /// Reads one JSON object up to the end of the line; false when it is none. Accepts `NaN` and `Infinity`, which Python writes.
  mutating func readObject(_ found: (String, Double) -> Void) -> Bool {
    guard take("{") else { return false }
    skipSpaces()
    if !take("}") {
      repeat {
        skipSpaces()
        guard let name = readString() else { return false }
        skipSpaces()
        guard take(":") else { return false }
        skipSpaces()
        guard let value = readValue(depth: 0) else { return false }
        if case .number(let number) = value, name.utf8.count <= MetricLine.longestName { found(name, number) }
        skipSpaces()
      } while take(",")
      guard take("}") else { return false }
    }
    skipSpaces()
    return peek == nil
  }

  private enum Value {
    case number(Double)
    case other
  }

  private mutating func readValue(depth: Int) -> Value? {
    guard depth < 32, let byte = peek else { return nil }
    switch byte {
    case UInt8(ascii: "\""): return skipString() ? .other : nil
    case UInt8(ascii: "{"), UInt8(ascii: "["): return skipContainer(depth: depth) ? .other : nil
    default:
      let start = position
      while let byte = peek, !Self.isSpace(byte), !Self.endsWord(byte) { position += 1 }
      let word = bytes[start..<position]
      if word.elementsEqual("null".utf8) { return .other }
      return Self.number(word).map { .number($0) }
    }
  }

  private static func endsWord(_ byte: UInt8) -> Bool {
    byte == UInt8(ascii: ",") || byte == UInt8(ascii: "}") || byte == UInt8(ascii: "]")
  }

  private mutating func skipContainer(depth: Int) -> Bool {
    let isObject = take("{")
    guard isObject || take("[") else { return false }
    let close: Unicode.Scalar = isObject ? "}" : "]"
    skipSpaces()
    if take(close) { return true }
    repeat {
      skipSpaces()
      if isObject {
        guard skipString() else { return false }
        skipSpaces()
        guard take(":") else { return false }
        skipSpaces()
      }
      guard readValue(depth: depth + 1) != nil else { return false }
      skipSpaces()
    } while take(",")
    return take(close)
  }

  private mutating func skipString() -> Bool {
    guard take("\"") else { return false }
    while let byte = peek {
      position += byte == UInt8(ascii: "\\") ? 2 : 1
      if byte == UInt8(ascii: "\"") { return true }
    }
    return false
  }

  private mutating func readString() -> String? {
    let start = position
    guard skipString(), position <= bytes.count else { return nil }
    let inner = bytes[(start + 1)..<(position - 1)]
    guard inner.contains(UInt8(ascii: "\\")) else { return String(decoding: inner, as: UTF8.self) }
    // Escapes in a metric's name are rare enough for the general reader.
    return (try? JSON.decode(JSONValue.self, from: .init(bytes[start..<position])))?.stringValue
  }

  // MARK: numbers

  /// A number, a boolean as 1 or 0, or one of the words for what is not finite; nil for anything else.
  static func number(_ word: Slice<UnsafeRawBufferPointer>) -> Double? {
    guard let first = word.first, word.count <= 64 else { return nil }
    let text = String(decoding: word, as: UTF8.self)
    if first == UInt8(ascii: "-") || first == UInt8(ascii: "+") || first == UInt8(ascii: ".") || isDigit(first) {
      // Hexadecimal is nobody's metric, and "1e999" is infinite as in C.
      if word.allSatisfy({ isDigit($0) || "+-.eE".utf8.contains($0) }) { return Double(text) }
    }
    switch text.lowercased() {
    case "true": return 1
    case "false": return 0
    case "nan", "-nan", "+nan": return .nan
    case "inf", "+inf", "infinity", "+infinity": return .infinity
    case "-inf", "-infinity": return -.infinity
    default: return nil
    }
  }

  private static func isDigit(_ byte: UInt8) -> Bool { byte >= 0x30 && byte <= 0x39 }
}
