import Documents

/// What a plain word means: the core schema of YAML 1.2.2, chapter 10.3.
enum CoreSchema {
  /// The value of an unquoted scalar.
  static func value(of text: String) -> Node.Value {
    switch text {
    case "", "~", "null", "Null", "NULL": .null(text: text)
    case "true", "True", "TRUE": .bool(true, text: text)
    case "false", "False", "FALSE": .bool(false, text: text)
    default: number(text) ?? .string(text, quoted: false)
    }
  }

  /// The number a text is, if it is one. A whole number beyond 64 bits is a float, so that its text survives.
  static func number(_ text: String) -> Node.Value? {
    guard let first = text.utf8.first, isNumberStart(first) else { return nil }
    if let special = infinities[text] { return .float(special, text: text) }
    if text.hasPrefix("0o") { return integer(text, digits: text.dropFirst(2), radix: 8) }
    if text.hasPrefix("0x") { return integer(text, digits: text.dropFirst(2), radix: 16) }
    let unsigned = first == 0x2B || first == 0x2D ? text.dropFirst() : Substring(text)
    if !unsigned.isEmpty, unsigned.utf8.allSatisfy(isDigit) {
      guard let number = Int64(text) else { return Double(text).map { .float($0, text: text) } }
      return .int(number, text: text)
    }
    return isFloat(unsigned) ? Double(text).map { .float($0, text: text) } : nil
  }

  private static let infinities: [String: Double] = {
    var words: [String: Double] = [:]
    for word in [".inf", ".Inf", ".INF"] {
      words[word] = .infinity
      words["+" + word] = .infinity
      words["-" + word] = -.infinity
    }
    for word in [".nan", ".NaN", ".NAN"] { words[word] = .nan }
    return words
  }()

  private static func integer(_ text: String, digits: Substring, radix: Int) -> Node.Value? {
    guard !digits.isEmpty, digits.first != "-", digits.first != "+", let number = Int64(digits, radix: radix) else { return nil }
    return .int(number, text: text)
  }

  /// `( \. [0-9]+ | [0-9]+ ( \. [0-9]* )? ) ( [eE] [-+]? [0-9]+ )?`
  private static func isFloat(_ text: Substring) -> Bool {
    var rest = Substring(text).utf8
    let whole = rest.prefix(while: isDigit)
    rest = rest.dropFirst(whole.count)
    if rest.first == 0x2E {
      rest = rest.dropFirst()
      let fraction = rest.prefix(while: isDigit)
      guard !whole.isEmpty || !fraction.isEmpty else { return false }
      rest = rest.dropFirst(fraction.count)
    } else if whole.isEmpty {
      return false
    }
    guard let exponent = rest.first else { return true }
    guard exponent == 0x65 || exponent == 0x45 else { return false }
    rest = rest.dropFirst()
    if rest.first == 0x2B || rest.first == 0x2D { rest = rest.dropFirst() }
    return !rest.isEmpty && rest.allSatisfy(isDigit)
  }

  private static func isDigit(_ byte: UInt8) -> Bool { byte >= 0x30 && byte <= 0x39 }

  private static func isNumberStart(_ byte: UInt8) -> Bool { isDigit(byte) || byte == 0x2B || byte == 0x2D || byte == 0x2E }
}
