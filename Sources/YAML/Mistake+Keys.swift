import Documents

extension Mistake {
  /// A ':' where no key can be: a second one on the line, a line before it without one, or a line indented too far.
  var unexpectedColon: SourceDiagnostic {
    if let scalar = failure.lastScalar, scalar.start.line < line.number, scalar.end.line == line.number, isPlain(scalar) {
      let opening = Line(scalar.start.line, in: lines)
      if opening.isKeyPlace(scalar.start.column) { return missingColon(scalar.start) }
      return indentedTooFar
    }
    // The parser reads ahead: after `key: value` the line's own first ':' may be the one it stumbles over.
    guard let scalar = failure.lastScalar, scalar.start.line == line.number, !line.isKeyPlace(scalar.start.column) else {
      return finding("a key and its ':' cannot stand here", at: failure.position)
    }
    let quoted = isPlain(scalar) ? ["put the value into quotes: `\(line.quotingValue(from: scalar.start.column))`"] : []
    return finding("a second ': ' on one line: a value that holds one needs quotes", at: failure.position, quoted)
  }

  /// A line without its colon, or whose colon sticks to the value.
  func missingColon(_ place: SourcePosition) -> SourceDiagnostic {
    let culprit = Line(place.line, in: lines)
    let before = culprit.text(upTo: place.column).trimmedStart
    let code = culprit.code(from: place.column)
    if let colon = code.firstIndex(of: ":"), !code[..<colon].contains(" "), code.index(after: colon) < code.endIndex {
      let column = place.column + code[...colon].unicodeScalars.count - 1
      return finding(
        "a space is missing after this ':'", at: SourcePosition(line: place.line, column: column),
        ["write `\(before)\(code[..<colon]): \(code[code.index(after: colon)...])`"])
    }
    if code.hasPrefix("-"), !code.hasPrefix("- ") {
      return finding("a space is missing after '-'", at: place, ["write `- \(code.dropFirst())`"])
    }
    let words = code.split(separator: " ", maxSplits: 1)
    let mended = words.count == 2 ? "write `\(before)\(words[0]): \(words[1].trimmedStart)`" : "write `\(before)\(code): value`"
    return finding("a colon is missing after the key on this line", at: place, [mended])
  }

  /// Something in a mapping that is no key.
  var unexpectedInMapping: SourceDiagnostic {
    if let quote = textBehindQuote { return quote }
    let character = line.character(at: failure.position.column)
    if line.isKeyPlace(failure.position.column), character == ":" {
      return finding("a key is missing before this ':'", at: failure.position)
    }
    if line.isFirst(failure.position.column), !"]}".contains(character) || character.isEmpty { return wrongIndentation }
    if character == "]" || character == "}" {
      return finding("this '\(character)' closes nothing", at: failure.position, ["remove it, or put the whole value into quotes"])
    }
    let before = line.text(upTo: failure.position.column).trimmedEnd
    if before.hasSuffix("]") || before.hasSuffix("}"), let colon = before.firstRange(of: ": ") {
      let start = before[..<colon.upperBound].unicodeScalars.count + 1
      return finding(
        "text follows the closing '\(before.suffix(1))'", at: failure.position,
        ["if it is all one text, put it into quotes: `\(line.quotingValue(whole: start))`"])
    }
    return finding("a key was expected here", at: failure.position)
  }

  /// More text after a closing quote: quotes inside quotes, or a quote forgotten on a line above.
  private var textBehindQuote: SourceDiagnostic? {
    guard let scalar = failure.lastScalar, case .scalar(let content) = scalar.kind, scalar.end.line == line.number else { return nil }
    guard content.style == .singleQuoted || content.style == .doubleQuoted else { return nil }
    guard line.text(upTo: failure.position.column).unicodeScalars.dropFirst(scalar.end.column - 1).allSatisfy({ $0 == " " }) else {
      return nil
    }
    let mark = content.style == .doubleQuoted ? "\"" : "'"
    if scalar.start.line < line.number {
      let opening = Line(scalar.start.line, in: lines)
      return finding(
        "this quote is closed only on line \(line.number), where more text follows it", at: scalar.start,
        ["close it on its own line: `\(opening.text.trimmedBoth)\(mark)`"])
    }
    let closing = SourcePosition(line: line.number, column: scalar.end.column - 1)
    return finding("the quoted text ends here, but the line goes on", at: closing, mendedQuotes(scalar, mark))
  }

  /// `"python -c 'print("hello")'"` with its inner quotes escaped.
  private func mendedQuotes(_ scalar: Event, _ mark: String) -> [String] {
    let before = line.text(upTo: scalar.start.column).trimmedStart
    let value = line.code(from: scalar.start.column)
    let inner = value.dropFirst()
    guard let last = inner.lastIndex(of: Character(mark)), inner[last...].dropFirst().allSatisfy({ $0 == " " }),
      inner[..<last].contains(mark)
    else {
      let all = value.replacing(mark, with: "")
      return ["put the whole value into the quotes: `\(before)\(Line.quoted(all))`"]
    }
    let escape = mark == "\"" ? "\\\"" : "''"
    let words = mark == "\"" ? "write `\\\"` for a quote inside double quotes" : "double a quote inside single quotes"
    return ["\(words): `\(before)\(mark)\(inner[..<last].replacing(mark, with: escape))\(mark)`"]
  }

  private func isPlain(_ event: Event) -> Bool {
    if case .scalar(let scalar) = event.kind { scalar.style == .plain } else { false }
  }
}

extension Line {
  /// The line with everything from `column` on put into quotes, brackets and all.
  func quotingValue(whole column: Int) -> String { text(upTo: column).trimmedStart + Self.quoted(code(from: column)) }
}
