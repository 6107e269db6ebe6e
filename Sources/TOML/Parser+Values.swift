import Documents

extension Parser {
  /// The value behind a '=' or in an array.
  mutating func value(depth: Int) throws(SourceDiagnostic) -> Node {
    let start = cursor.offset
    let position = cursor.position()
    try spend(at: start)
    guard depth <= limits.depth else { throw cursor.error("arrays and tables nest deeper than \(limits.depth) levels here") }
    let value: Node.Value =
      switch cursor.next {
      case 0x22, 0x27: .string(try string(), quoted: true)
      case 0x5B: .sequence(try array(depth: depth))
      case 0x7B: try inlineTable(depth: depth)
      default: try bareValue()
      }
    return Node(value, at: position, in: cursor.source)
  }

  private mutating func array(depth: Int) throws(SourceDiagnostic) -> [Node] {
    let start = cursor.offset
    cursor.advance()
    var items: [Node] = []
    while true {
      try skipEmptyLines()
      if cursor.next == 0x5D { break }
      if cursor.isAtEnd { throw cursor.error("this '[' is never closed", at: start) }
      items.append(try value(depth: depth + 1))
      try skipEmptyLines()
      if cursor.next == 0x2C {
        cursor.advance()
      } else if cursor.isAtEnd {
        throw cursor.error("this '[' is never closed", at: start)
      } else if cursor.next != 0x5D {
        throw cursor.error("a ',' or ']' must follow in this list, not \(cursor.nextInWords)")
      }
    }
    cursor.advance()
    return items
  }

  private mutating func inlineTable(depth: Int) throws(SourceDiagnostic) -> Node.Value {
    let start = cursor.offset
    let table = Table(.header, at: cursor.position())
    cursor.advance()
    cursor.skipBlanks()
    while cursor.next != 0x7D {
      try assignment(in: table, depth: depth + 1)
      cursor.skipBlanks()
      if cursor.next == 0x2C {
        cursor.advance()
        cursor.skipBlanks()
        if cursor.next == 0x7D { throw cursor.error("no ',' may stand before this '}'", hints: ["remove the ','"]) }
      } else if cursor.isAtEnd || cursor.next == 0x0A || cursor.next == 0x0D || cursor.next == 0x23 {
        throw cursor.error(
          "this '{' is not closed on its line, as TOML wants it", at: start, hints: ["write it on one line, or as a table `[name]`"])
      } else if cursor.next != 0x7D {
        throw cursor.error("a ',' or '}' must follow in this table, not \(cursor.nextInWords)")
      }
    }
    cursor.advance()
    return table.node(in: cursor.source).value
  }

  /// A boolean, a number or a time: whatever stands without quotes.
  private mutating func bareValue() throws(SourceDiagnostic) -> Node.Value {
    let start = cursor.offset
    let rest = cursor.restOfLine
    var word = cursor.take(while: Self.isBare)
    // `1987-07-05 17:45:00`: the one value with a space inside.
    if Times.isDate(word), cursor.next == 0x20, Self.isDigit(cursor.peek(1)), Self.isDigit(cursor.peek(2)), cursor.peek(3) == 0x3A {
      cursor.advance()
      _ = cursor.take(while: Self.isBare)
      word = cursor.bytes(from: start)
    }
    let text = String(decoding: word, as: UTF8.self)
    switch text {
    case "true": return .bool(true, text: text)
    case "false": return .bool(false, text: text)
    case "": throw cursor.error("a value is missing here: \(cursor.nextInWords) cannot begin one")
    default: break
    }
    if let time = Times.value(word) { return .dateTime(time) }
    switch Numbers.value(word) {
    case .success(let value): return value
    case .failure(let problem): throw notAValue(text, rest: rest, problem, at: start)
    }
  }

  private mutating func notAValue(_ text: String, rest: String, _ problem: NumberProblem, at start: Int) -> SourceDiagnostic {
    switch problem {
    case .tooLarge: return cursor.error("the number \(text) does not fit into 64 bits", at: start)
    case .malformed(let reason):
      return cursor.error("'\(text)' is no number: \(reason)", at: start, hints: ["if it is text, write \"\(text)\""])
    case .noNumber: break
    }
    switch text.lowercased() {
    case "true", "false", "yes", "no", "on", "off":
      let meant = ["true", "yes", "on"].contains(text.lowercased())
      return cursor.error("'\(text)' is no value of TOML", at: start, hints: ["write `\(meant)`"])
    case "null", "nil", "none":
      return cursor.error("TOML has no '\(text)'", at: start, hints: ["leave the key out"])
    default:
      return cursor.error("text needs quotes", at: start, hints: ["write `\"\(rest.replacing("\"", with: "\\\""))\"`"])
    }
  }

  private static func isBare(_ byte: UInt8) -> Bool {
    isBareKey(byte) || byte == 0x2B || byte == 0x2E || byte == 0x3A
  }

  static func isDigit(_ byte: UInt8) -> Bool { byte >= 0x30 && byte <= 0x39 }
}
