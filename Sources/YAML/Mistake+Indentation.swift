import Documents

extension Mistake {
  /// The line is indented more than the one above, which already has its value.
  var indentedTooFar: SourceDiagnostic {
    let hint = previousLine.map { [indent(as: $0)] } ?? []
    return finding("this line is indented more than the line above, which already has a value", at: firstCharacter, hint)
  }

  /// The line's indentation continues nothing above.
  var wrongIndentation: SourceDiagnostic {
    if let previous = previousLine, line.indentation > previous.indentation { return indentedTooFar }
    let levels = openLevels
    if let same = levels.first(where: { $0.indentation == line.indentation }) {
      return finding(
        "this line does not continue what line \(same.number) began", at: firstCharacter,
        ["a list needs `- ` before each item, and a mapping a `key:` on each line"])
    }
    let nearest = levels.min { abs($0.indentation - line.indentation) < abs($1.indentation - line.indentation) }
    let hint = nearest.map { [indent(as: $0)] } ?? []
    return finding("this line's indentation matches no line above", at: firstCharacter, hint)
  }

  /// A line in the place of a list item.
  var unexpectedInList: SourceDiagnostic {
    guard line.isFirst(failure.position.column) else { return finding("a list item was expected here", at: failure.position) }
    let list = failure.contextPosition
    let mended = "\(String(repeating: " ", count: list.column - 1))- \(line.text.trimmedBoth)"
    return finding(
      "a list began on line \(list.line), but this line is no item of it", at: failure.position,
      ["an item begins with a dash: `\(mended)`; a key of the mapping around the list is indented less than the dashes"])
  }

  /// Something after the end of the only value.
  var unexpectedAfterDocument: SourceDiagnostic {
    guard let first = (1...line.number).lazy.map({ Line($0, in: lines) }).first(where: { !$0.isBlank }),
      line.indentation < first.indentation, first.number < line.number
    else { return finding("the document has ended before this", at: failure.position) }
    return finding(
      "this line is indented less than the first one", at: firstCharacter,
      ["indent it with \(spaces(first.indentation)), as line \(first.number), or remove the spaces before line \(first.number)"])
  }

  private var firstCharacter: SourcePosition { SourcePosition(line: line.number, column: line.indentation + 1) }

  /// The nearest line above that says something.
  private var previousLine: Line? { linesAbove.first { !$0.isBlank } }

  private var linesAbove: some Sequence<Line> { (1..<max(line.number, 1)).reversed().lazy.map { Line($0, in: lines) } }

  /// The lines above whose indentation is still open: each less indented than the one below it.
  private var openLevels: [Line] {
    var levels: [Line] = []
    for above in linesAbove where !above.isBlank {
      guard above.indentation < levels.last?.indentation ?? .max else { continue }
      levels.append(above)
      if above.indentation == 0 { break }
    }
    return levels
  }

  private func indent(as other: Line) -> String {
    other.indentation == 0
      ? "begin it at the left margin, as line \(other.number)" : "indent it with \(spaces(other.indentation)), as line \(other.number)"
  }

  private func spaces(_ count: Int) -> String { count == 1 ? "1 space" : "\(count) spaces" }
}
