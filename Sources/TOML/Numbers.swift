import Documents

/// Why a word is no number.
enum NumberProblem: Error {
  case noNumber
  case tooLarge
  case malformed(String)
}

/// Integers and floats as TOML writes them.
enum Numbers {
  static func value(_ word: ArraySlice<UInt8>) -> Result<Node.Value, NumberProblem> {
    let text = String(decoding: word, as: UTF8.self)
    var digits = word
    let isSigned = word.first == 0x2B || word.first == 0x2D
    if isSigned { digits = digits.dropFirst() }
    switch String(decoding: digits, as: UTF8.self) {
    case "inf": return .success(.float(word.first == 0x2D ? -.infinity : .infinity, text: text))
    case "nan": return .success(.float(.nan, text: text))
    default: break
    }
    guard let first = digits.first, Parser.isDigit(first) else { return .failure(.noNumber) }
    if first == 0x30, let letter = digits.dropFirst().first, let radix = radixes[letter] {
      return isSigned ? .failure(.malformed("only decimal numbers have a sign")) : integer(digits.dropFirst(2), radix: radix, text: text)
    }
    let plain = digits.allSatisfy { Parser.isDigit($0) || $0 == 0x5F }
    return plain ? integer(digits, radix: 10, text: text, isNegative: word.first == 0x2D) : float(digits, text: text)
  }

  private static let radixes: [UInt8: Int] = [0x78: 16, 0x6F: 8, 0x62: 2]

  private static func integer(_ digits: ArraySlice<UInt8>, radix: Int, text: String, isNegative: Bool = false)
    -> Result<Node.Value, NumberProblem>
  {
    guard let plain = withoutUnderscores(digits, isDigit: { isDigit($0, radix: radix) }) else {
      return .failure(.malformed("underscores stand between digits only"))
    }
    if radix == 10 && plain.count > 1 && plain.first == 0x30 { return .failure(.malformed("no zero may lead")) }
    guard let number = Int64((isNegative ? "-" : "") + String(decoding: plain, as: UTF8.self), radix: radix) else {
      return .failure(.tooLarge)
    }
    return .success(.int(number, text: text))
  }

  /// `[0-9_]+ ( \. [0-9_]+ )? ( [eE] [+-]? [0-9_]+ )?`, with at least one of the two ends.
  private static func float(_ digits: ArraySlice<UInt8>, text: String) -> Result<Node.Value, NumberProblem> {
    var parts: [UInt8] = text.hasPrefix("-") ? [0x2D] : []
    var rest = digits
    guard let whole = part(&rest) else { return .failure(malformedOrText(digits)) }
    if whole.count > 1 && whole.first == 0x30 { return .failure(.malformed("no zero may lead")) }
    parts += whole
    if rest.first == 0x2E {
      rest = rest.dropFirst()
      guard let fraction = part(&rest) else { return .failure(.malformed("digits must stand on both sides of the point")) }
      parts += [0x2E] + fraction
    }
    if rest.first == 0x65 || rest.first == 0x45 {
      rest = rest.dropFirst()
      parts.append(0x65)
      if let sign = rest.first, sign == 0x2B || sign == 0x2D {
        parts.append(sign)
        rest = rest.dropFirst()
      }
      guard let exponent = part(&rest) else { return .failure(.malformed("the exponent needs digits")) }
      parts += exponent
    }
    guard rest.isEmpty, let number = Double(String(decoding: parts, as: UTF8.self)) else { return .failure(malformedOrText(digits)) }
    return .success(.float(number, text: text))
  }

  /// A run of digits with single underscores between them.
  private static func part(_ rest: inout ArraySlice<UInt8>) -> [UInt8]? {
    let run = rest.prefix { Parser.isDigit($0) || $0 == 0x5F }
    rest = rest.dropFirst(run.count)
    return withoutUnderscores(run, isDigit: Parser.isDigit)
  }

  private static func withoutUnderscores(_ run: ArraySlice<UInt8>, isDigit: (UInt8) -> Bool) -> [UInt8]? {
    var plain: [UInt8] = []
    var previousIsDigit = false
    for byte in run {
      guard byte == 0x5F ? previousIsDigit : isDigit(byte) else { return nil }
      if byte != 0x5F { plain.append(byte) }
      previousIsDigit = byte != 0x5F
    }
    return previousIsDigit ? plain : nil
  }

  private static func isDigit(_ byte: UInt8, radix: Int) -> Bool {
    guard let value = Character(Unicode.Scalar(byte)).hexDigitValue else { return false }
    return value < radix
  }

  /// `1.2.3` and `8g` are texts without quotes rather than slips in a number.
  private static func malformedOrText(_ digits: ArraySlice<UInt8>) -> NumberProblem {
    digits.contains(0x5F) ? .malformed("underscores stand between digits only") : .noNumber
  }
}
