import Documents

/// Walks over the bytes of a text and knows the line and column of each.
struct Cursor {
  let source: SourceText
  private let bytes: [UInt8]
  /// The offset of the next byte.
  private(set) var offset = 0
  /// A known offset and its place: places are asked for in order, so each is a short walk from the last.
  private var known: (offset: Int, position: SourcePosition) = (0, .start)

  init(_ source: SourceText) {
    self.source = source
    bytes = Array(source.text.utf8)
  }

  var isAtEnd: Bool { offset >= bytes.count }

  /// The next byte; 0, which no text holds here, at the end.
  var next: UInt8 { peek(0) }

  func peek(_ distance: Int) -> UInt8 { offset + distance < bytes.count ? bytes[offset + distance] : 0 }

  mutating func advance(_ count: Int = 1) { offset += count }

  /// Whether the text goes on with `word`.
  func starts(with word: StaticString) -> Bool {
    word.withUTF8Buffer { word in
      offset + word.count <= bytes.count && bytes[offset..<(offset + word.count)].elementsEqual(word)
    }
  }

  /// Takes bytes as long as they fulfil `condition`.
  mutating func take(while condition: (UInt8) -> Bool) -> ArraySlice<UInt8> {
    let start = offset
    while offset < bytes.count, condition(bytes[offset]) { offset += 1 }
    return bytes[start..<offset]
  }

  /// The bytes from an earlier offset up to here.
  func bytes(from start: Int) -> ArraySlice<UInt8> { bytes[start..<offset] }

  mutating func skipBlanks() { while next == 0x20 || next == 0x09 { offset += 1 } }

  /// The place of an offset, by default of the next byte.
  mutating func position(of wanted: Int? = nil) -> SourcePosition {
    let wanted = wanted ?? offset
    if wanted < known.offset { known = (0, .start) }
    var position = known.position
    for byte in bytes[known.offset..<min(wanted, bytes.count)] {
      if byte == 0x0A {
        position = SourcePosition(line: position.line + 1, column: 1)
      } else if byte & 0xC0 != 0x80 {
        position.column += 1
      }
    }
    known = (min(wanted, bytes.count), position)
    return position
  }

  /// A finding at an offset, by default at the next byte.
  mutating func error(_ problem: String, at wanted: Int? = nil, hints: [String] = []) -> SourceDiagnostic {
    source.diagnostic(problem, at: position(of: wanted), hints: hints)
  }

  /// The next character in words, for messages.
  var nextInWords: String {
    guard !isAtEnd else { return "the end of the file" }
    if next == 0x0A || next == 0x0D { return "the end of the line" }
    let rest = String(decoding: bytes[offset..<min(offset + 4, bytes.count)], as: UTF8.self)
    return rest.unicodeScalars.first.map { "'\($0)'" } ?? "nothing"
  }

  /// The rest of the line without a comment, for guessing what was meant.
  var restOfLine: String {
    var end = offset
    while end < bytes.count, bytes[end] != 0x0A, bytes[end] != 0x0D, bytes[end] != 0x23 { end += 1 }
    var text = Substring(String(decoding: bytes[offset..<end], as: UTF8.self))
    while text.last == " " || text.last == "\t" { text.removeLast() }
    return String(text)
  }
}
