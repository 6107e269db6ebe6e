import Documents

/// Puts what the parser says into the words of the person who wrote the file: which mistake it most likely is, where, and the mended line.
struct Mistake {
  let failure: Failure
  let source: SourceText
  let lines: [Substring.UnicodeScalarView]
  /// The line of the failure, as the parser counts.
  let line: Line

  init(_ failure: Failure, in source: SourceText) {
    self.failure = failure
    self.source = source
    lines = source.lines()
    line = Line(failure.position.line, in: lines)
  }

  /// The finding to show.
  var diagnostic: SourceDiagnostic {
    if let control = controlCharacter { return control }
    if let tab = tabIndentation { return tab }
    return switch failure.problem {
    case "found character that cannot start any token": reservedCharacter
    case "mapping values are not allowed in this context": unexpectedColon
    case "could not find expected ':'": missingColon(failure.contextPosition)
    case "did not find expected key": unexpectedInMapping
    case "did not find expected ',' or ']'": unclosed("[", "]")
    case "did not find expected ',' or '}'": unclosed("{", "}")
    case "did not find expected '-' indicator": unexpectedInList
    case "did not find expected <document start>": unexpectedAfterDocument
    case "did not find expected node content": missingValue
    case "block sequence entries are not allowed in this context": listBehindKey
    case "did not find expected comment or line break": textBehindBlock
    case "found unknown escape character", "did not find expected hexdecimal number": badEscape
    default: byContext
    }
  }

  private var byContext: SourceDiagnostic {
    switch failure.context {
    case "while scanning a quoted scalar": unclosedQuote(failure.contextPosition)
    case "while scanning an alias": wildcard("*", "repeats a value")
    case "while scanning an anchor": wildcard("&", "names a value")
    case "while scanning a tag", "while parsing a tag": wildcard("!", "begins a tag")
    default:
      finding([failure.problem, failure.context].filter { !$0.isEmpty }.joined(separator: ", "), at: failure.position)
    }
  }

  /// A finding in the file.
  func finding(_ problem: String, at position: SourcePosition, _ hints: [String] = []) -> SourceDiagnostic {
    source.diagnostic(problem, at: position, hints: hints)
  }

  /// `*.pt` and the like: a character that YAML keeps for itself, at the start of what was meant as text.
  private func wildcard(_ character: String, _ meaning: String) -> SourceDiagnostic {
    let place = failure.contextPosition
    let quoted = Line(place.line, in: lines).quotingValue(from: place.column)
    return finding("an unquoted '\(character)' \(meaning) in YAML", at: place, ["put the text into quotes: `\(quoted)`"])
  }

  private var reservedCharacter: SourceDiagnostic {
    let character = line.character(at: failure.position.column)
    let quoted = line.quotingValue(from: failure.position.column)
    return finding("a value cannot begin with '\(character)'", at: failure.position, ["put it into quotes: `\(quoted)`"])
  }

  private var badEscape: SourceDiagnostic {
    let quoted = Line(failure.contextPosition.line, in: lines)
    let hint = quoted.withSingleQuotes(from: failure.contextPosition.column).map { "single quotes keep backslashes: `\($0)`" }
    return finding(
      "this backslash begins no escape that YAML knows", at: failure.position, [hint ?? "write `\\\\` for a backslash in double quotes"])
  }

  private var listBehindKey: SourceDiagnostic {
    let before = line.text(upTo: failure.position.column).trimmedEnd
    let item = line.text(from: failure.position.column).dropFirst().trimmedBoth
    return finding(
      "a list item cannot stand on the line of its key", at: failure.position,
      ["put it on the next line, or write `\(before) [\(item)]`"])
  }

  private var textBehindBlock: SourceDiagnostic {
    finding(
      "nothing may follow '|' or '>' on its line", at: failure.position,
      ["begin the text on the next line, indented; if '|' is part of the text, put it into quotes"])
  }

  private var missingValue: SourceDiagnostic {
    let character = line.character(at: failure.position.column)
    guard !character.isEmpty else { return finding("a value is missing here", at: failure.position) }
    let quoted = line.quotingValue(from: failure.position.column)
    return finding("a value cannot begin with '\(character)'", at: failure.position, ["if it is text, put it into quotes: `\(quoted)`"])
  }
}
