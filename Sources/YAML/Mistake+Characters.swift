import Documents

extension Mistake {
  /// A character YAML never allows, wherever it stands.
  var controlCharacter: SourceDiagnostic? {
    guard failure.problem == "control characters are not allowed" else { return nil }
    var position = SourcePosition.start
    for scalar in source.text.unicodeScalars {
      if !Self.isAllowed(scalar) {
        let code = String(scalar.value, radix: 16, uppercase: true)
        let name = "U+" + String(repeating: "0", count: max(0, 4 - code.count)) + code
        return finding("the control character \(name) cannot stand in YAML", at: position, ["remove it, or is this a binary file?"])
      }
      position =
        scalar == "\n"
        ? SourcePosition(line: position.line + 1, column: 1) : SourcePosition(line: position.line, column: position.column + 1)
    }
    return nil
  }

  /// YAML 1.1's printable characters, as libyaml takes them.
  private static func isAllowed(_ scalar: Unicode.Scalar) -> Bool {
    switch scalar.value {
    case 0x09, 0x0A, 0x0D, 0x20...0x7E, 0x85, 0xA0...0xD7FF, 0x10000...0x10FFFF: true
    case 0xE000...0xFFFD: scalar.value != 0xFEFF
    default: false
    }
  }

  /// A tab among the white space at the start of the line.
  var tabIndentation: SourceDiagnostic? {
    let lead = line.scalars.prefix { $0 == " " || $0 == "\t" }
    guard let tab = lead.firstIndex(of: "\t"), isAboutIndentation else { return nil }
    return finding(
      "this line is indented with a tab, and YAML allows only spaces", at: SourcePosition(line: line.number, column: tab + 1),
      ["replace tabs by spaces: `sed -i 's/\\t/  /g' '\(source.name)'`"])
  }

  private var isAboutIndentation: Bool { failure.problem.contains("tab character") || line.isFirst(failure.position.column) }

  /// A quote or bracket opened at `position`, with nothing to close it up to the end.
  func unclosedQuote(_ position: SourcePosition) -> SourceDiagnostic {
    let opening = Line(position.line, in: lines)
    let mark = opening.character(at: position.column)
    return finding("this quote is never closed", at: position, ["close it: `\(opening.text.trimmedBoth)\(mark)`"])
  }

  /// `[a, b` or `{a: 1`.
  func unclosed(_ open: String, _ close: String) -> SourceDiagnostic {
    let place = failure.contextPosition
    let opening = Line(place.line, in: lines)
    if failure.position.line == place.line, !line.code(from: failure.position.column).isEmpty {
      return finding("a ',' or '\(close)' is missing here", at: failure.position)
    }
    let spansOneLine = failure.position.line <= place.line + 1
    let hint = spansOneLine ? ["close it: `\(opening.code(from: 1).trimmedStart)\(close)`"] : []
    return finding("this '\(open)' is not closed: a ',' or '\(close)' is missing before line \(failure.position.line)", at: place, hint)
  }
}
