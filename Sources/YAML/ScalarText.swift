import Documents

/// Puts quotes around a text when it needs them, also for readers of YAML 1.1.
enum ScalarText {
  /// A text as a value.
  static func value(_ text: String) -> String { needsQuotes(text) ? quoted(text) : text }

  /// A text as a key: one that is long or spans lines cannot be plain.
  static func key(_ text: String) -> String { needsQuotes(text) || text.utf8.count > 100 ? quoted(text) : text }

  /// A float as it was written, when YAML reads that as a float, else as Swift writes it.
  static func float(_ number: Double, text: String) -> String {
    if case .float = CoreSchema.number(text) { return text }
    if number.isNaN { return ".nan" }
    if number.isInfinite { return number < 0 ? "-.inf" : ".inf" }
    return "\(number)"
  }

  private static func needsQuotes(_ text: String) -> Bool {
    guard let first = text.unicodeScalars.first else { return true }
    if indicators.contains(first) { return true }
    if case .string = CoreSchema.value(of: text) {} else { return true }
    if "0123456789+.".unicodeScalars.contains(first), text.unicodeScalars.allSatisfy(isOfNumbers) { return true }
    if wordsOfYAML11.contains(text.lowercased()) || text.hasSuffix(":") || text.hasSuffix(" ") || first == " " { return true }
    if text.utf8.contains(0x23) || text.utf8.contains(0x3A) { return hasIndicatorInside(text) || !isPrintable(text) }
    return !isPrintable(text)
  }

  /// Characters that mean something at the start of a value (YAML 1.2.2, 5.3), and `=`, a type of YAML 1.1.
  private static let indicators = Set("-?:,[]{}#&*!|>'\"%@`=<~".unicodeScalars)
  /// Whatever could be a number, a time or a sexagesimal to some reader is made of these.
  private static func isOfNumbers(_ scalar: Unicode.Scalar) -> Bool {
    "0123456789+-.,:_ abcdefABCDEFoOxXtTzZ".unicodeScalars.contains(scalar)
  }

  private static let wordsOfYAML11: Set<String> = ["y", "n", "yes", "no", "on", "off", "true", "false", "null"]

  private static func hasIndicatorInside(_ text: String) -> Bool {
    var previous: UInt8 = 0
    for byte in text.utf8 {
      if previous == 0x3A && (byte == 0x20 || byte == 0x09) || byte == 0x23 && previous == 0x20 { return true }
      previous = byte
    }
    return false
  }

  private static func isPrintable(_ text: String) -> Bool {
    text.unicodeScalars.allSatisfy { !needsEscape($0) }
  }

  private static func needsEscape(_ scalar: Unicode.Scalar) -> Bool {
    switch scalar.value {
    case 0x20...0x7E, 0xA1...0xD7FF, 0xE000...0xFEFE, 0xFF00...0xFFFD, 0x10000...0x10FFFF:
      scalar.value == 0x2028 || scalar.value == 0x2029
    default: true
    }
  }

  private static func quoted(_ text: String) -> String {
    var result = "\""
    for scalar in text.unicodeScalars {
      switch scalar {
      case "\"": result += "\\\""
      case "\\": result += "\\\\"
      case "\n": result += "\\n"
      case "\t": result += "\\t"
      case "\r": result += "\\r"
      default:
        if needsEscape(scalar) { result += escape(scalar) } else { result.unicodeScalars.append(scalar) }
      }
    }
    return result + "\""
  }

  private static func escape(_ scalar: Unicode.Scalar) -> String {
    let digits = String(scalar.value, radix: 16, uppercase: true)
    let (letter, width) = scalar.value <= 0xFF ? ("x", 2) : scalar.value <= 0xFFFF ? ("u", 4) : ("U", 8)
    return "\\" + letter + String(repeating: "0", count: width - digits.count) + digits
  }
}
