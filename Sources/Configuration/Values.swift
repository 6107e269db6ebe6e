import Basics
import Documents
import TrainingModel

/// Reading of the scalars that mean more than text.
enum Values {
  /// Text fit for one line of a listing: not empty, no control characters, not endless.
  static func line(_ node: Node, _ what: String) throws(SourceDiagnostic) -> String {
    let text = try node.text(what)
    guard !text.trimmed().isEmpty else { throw node.diagnostic("'\(what)' is empty", hints: ["write something after `\(what):`"]) }
    guard text.unicodeScalars.allSatisfy({ $0.value >= 0x20 && $0.value != 0x7F }) else {
      throw node.diagnostic("'\(what)' must be one line without control characters")
    }
    guard text.utf8.count <= 4096 else { throw node.diagnostic("'\(what)' is longer than 4096 bytes") }
    return text
  }

  /// Text that stands for one word, such as an image.
  static func word(_ node: Node, _ what: String) throws(SourceDiagnostic) -> String {
    let text = try line(node, what)
    guard !text.contains(where: \.isWhitespace) else {
      throw node.diagnostic("'\(what)' holds a space: '\(text)'", hints: ["write it in one word"])
    }
    return text
  }

  /// A list of lines, or one line alone.
  static func lines(_ node: Node, _ what: String) throws(SourceDiagnostic) -> [String] {
    if node.scalarText != nil { return [try line(node, what)] }
    var lines: [String] = []
    for item in try node.items(what) { lines.append(try line(item, what)) }
    return lines
  }

  /// A list of shell scripts, or one alone.
  static func scripts(_ node: Node, _ what: String) throws(SourceDiagnostic) -> [String] {
    let scripts = node.scalarText == nil ? try node.texts(what) : [try node.text(what)]
    guard !scripts.contains(where: { $0.utf8.contains(0) }) else { throw node.diagnostic("'\(what)' cannot hold a zero byte") }
    return scripts
  }

  /// A length of time in seconds; nil for `off`.
  static func seconds(_ node: Node, _ what: String, allowsOff: Bool = false) throws(SourceDiagnostic) -> Int64? {
    let text = try node.text(what)
    if allowsOff, text == "off" || text == "none" { return nil }
    guard let duration = TimeSpan.parse(text) else {
      throw node.diagnostic("'\(what)' must be a length of time, not '\(text)'", hints: ["write such as `90s`, `15m`, `2h` or `1h30m`"])
    }
    guard !allowsOff || duration > .zero else {
      throw node.diagnostic("'\(what)' of nothing would end every job at once", hints: ["for no limit write `off`, or leave it out"])
    }
    return duration.components.seconds
  }

  /// A number of bytes.
  static func size(_ node: Node, _ what: String) throws(SourceDiagnostic) -> ByteSize {
    let text = try node.text(what)
    guard let size = ByteSize(text) else {
      throw node.diagnostic("'\(what)' must be a size, not '\(text)'", hints: ["write such as `512m`, `8g` or `1.5g`"])
    }
    return size
  }

  /// CPU cores in thousandths.
  static func cpuMillis(_ node: Node, _ what: String) throws(SourceDiagnostic) -> Int64 {
    let number: Double
    switch node.value {
    case .int(let whole, _): number = Double(whole)
    case .float(let fraction, _): number = fraction
    default: throw node.unexpected(what, "a number of cores", hints: ["write such as `4` or `0.5`"])
    }
    guard number.isFinite, number >= 0.001, number <= 1_000_000 else {
      throw node.diagnostic("'\(what)' must be more than 0, not \(node.scalarText ?? "")")
    }
    return Int64((number * 1000).rounded())
  }

  /// A hyperparameter: a scalar or a list of scalars.
  static func parameter(_ node: Node, _ what: String) throws(SourceDiagnostic) -> JSONValue {
    switch node.value {
    case .mapping: throw node.unexpected(what, "a scalar or a list")
    case .sequence(let items):
      for item in items where item.scalarText == nil {
        throw item.diagnostic("an item of '\(what)' must be a scalar, not \(item.kindInWords)")
      }
      return node.json
    default: return node.json
    }
  }

  /// Whether a text can be the name of a variable.
  static func isVariableName(_ name: String) -> Bool {
    guard let first = name.utf8.first, !(0x30...0x39).contains(first) else { return false }
    return name.utf8.allSatisfy { byte in
      byte == 0x5F || (0x30...0x39).contains(byte) || (0x41...0x5A).contains(byte) || (0x61...0x7A).contains(byte)
    }
  }
}
