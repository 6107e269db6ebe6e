import Documents

extension Parser {
  /// A string of any of the four forms.
  mutating func string() throws(SourceDiagnostic) -> String {
    if cursor.starts(with: "\"\"\"") { return try multiLine(quote: 0x22) }
    if cursor.starts(with: "'''") { return try multiLine(quote: 0x27) }
    return try singleLine(quote: cursor.next)
  }

  private mutating func singleLine(quote: UInt8) throws(SourceDiagnostic) -> String {
    let start = cursor.offset
    cursor.advance()
    var text: [UInt8] = []
    while true {
      text += cursor.take { Self.isText($0) && $0 != quote && $0 != 0x5C }
      switch cursor.next {
      case quote where !cursor.isAtEnd:
        cursor.advance()
        return String(decoding: text, as: UTF8.self)
      case 0x5C where quote == 0x27:
        text.append(0x5C)
        cursor.advance()
      case 0x5C: try escape(into: &text)
      default:
        guard cursor.isAtEnd || cursor.next == 0x0A || cursor.next == 0x0D else { throw controlCharacter() }
        let mark = quote == 0x22 ? "\"" : "'"
        throw cursor.error(
          "this quote is not closed on its line", at: start,
          hints: ["close it with \(mark); text of several lines needs \(mark)\(mark)\(mark)"])
      }
    }
  }

  private mutating func multiLine(quote: UInt8) throws(SourceDiagnostic) -> String {
    let start = cursor.offset
    cursor.advance(3)
    _ = try skipNewline()
    var text: [UInt8] = []
    while true {
      text += cursor.take { Self.isText($0) && $0 != quote && $0 != 0x5C }
      if cursor.isAtEnd { throw cursor.error("this text is never closed", at: start) }
      switch cursor.next {
      case quote:
        let run = cursor.take { $0 == quote }
        // Up to two quotes may stand right before the closing three.
        guard run.count <= 5 else { throw cursor.error("too many quotes") }
        guard run.count < 3 else {
          text += run.dropLast(3)
          return String(decoding: text, as: UTF8.self)
        }
        text += run
      case 0x5C where quote == 0x27:
        text.append(0x5C)
        cursor.advance()
      case 0x5C: if try !skipLineContinuation() { try escape(into: &text) }
      case 0x0A, 0x0D:
        let line = cursor.offset
        _ = try skipNewline()
        text += cursor.bytes(from: line)
      default: throw controlCharacter()
      }
    }
  }

  /// A backslash at the end of a line swallows the break and all white space after it.
  private mutating func skipLineContinuation() throws(SourceDiagnostic) -> Bool {
    var ahead = 1
    while cursor.peek(ahead) == 0x20 || cursor.peek(ahead) == 0x09 { ahead += 1 }
    guard cursor.peek(ahead) == 0x0A || cursor.peek(ahead) == 0x0D && cursor.peek(ahead + 1) == 0x0A else { return false }
    cursor.advance(ahead)
    repeat { cursor.skipBlanks() } while try skipNewline()
    return true
  }

  private mutating func escape(into text: inout [UInt8]) throws(SourceDiagnostic) {
    let start = cursor.offset
    let letter = cursor.peek(1)
    cursor.advance(2)
    switch letter {
    case 0x62: text.append(0x08)
    case 0x74: text.append(0x09)
    case 0x6E: text.append(0x0A)
    case 0x66: text.append(0x0C)
    case 0x72: text.append(0x0D)
    case 0x22: text.append(0x22)
    case 0x5C: text.append(0x5C)
    case 0x75: try unicode(digits: 4, from: start, into: &text)
    case 0x55: try unicode(digits: 8, from: start, into: &text)
    default:
      throw cursor.error(
        "this backslash begins no escape that TOML knows", at: start, hints: ["write `\\\\`, or use single quotes, which keep backslashes"])
    }
  }

  private mutating func unicode(digits: Int, from start: Int, into text: inout [UInt8]) throws(SourceDiagnostic) {
    var code: UInt32 = 0
    for _ in 0..<digits {
      guard let digit = Character(Unicode.Scalar(cursor.next)).hexDigitValue else {
        throw cursor.error("this escape needs \(digits) hexadecimal digits", at: start)
      }
      code = code << 4 | UInt32(digit)
      cursor.advance()
    }
    guard let scalar = Unicode.Scalar(code) else { throw cursor.error("this escape names no character", at: start) }
    text += Array(String(scalar).utf8)
  }

  private mutating func controlCharacter() -> SourceDiagnostic {
    cursor.error("a control character cannot stand in text", hints: ["write it as an escape, such as `\\t`"])
  }

  /// Bytes that stand for themselves: everything but control characters; a tab does.
  private static func isText(_ byte: UInt8) -> Bool { byte >= 0x20 && byte != 0x7F || byte == 0x09 }
}
