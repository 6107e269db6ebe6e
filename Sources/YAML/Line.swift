/// One line of the file, for guessing what was meant by it.
struct Line {
  let number: Int
  let scalars: [Unicode.Scalar]

  init(_ number: Int, in lines: [Substring.UnicodeScalarView]) {
    self.number = number
    scalars = number >= 1 && number <= lines.count ? Array(lines[number - 1]) : []
  }

  /// The whole line.
  var text: String { Self.string(scalars[...]) }

  /// How many spaces it begins with.
  var indentation: Int { scalars.prefix { $0 == " " }.count }

  /// Nothing, or only a comment.
  var isBlank: Bool {
    guard let first = scalars.first(where: { $0 != " " && $0 != "\t" }) else { return true }
    return first == "#"
  }

  /// The character at a column, or "" beyond the end.
  func character(at column: Int) -> String { column >= 1 && column <= scalars.count ? String(scalars[column - 1]) : "" }

  /// What stands before a column.
  func text(upTo column: Int) -> String { Self.string(scalars.prefix(max(column - 1, 0))) }

  /// What stands at a column and behind it.
  func text(from column: Int) -> String { Self.string(scalars.dropFirst(max(column - 1, 0))) }

  /// What stands at a column and behind it, without a comment.
  func code(from column: Int) -> String {
    let rest = text(from: column)
    guard let comment = rest.firstRange(of: " #") else { return rest.trimmedEnd }
    return String(rest[..<comment.lowerBound]).trimmedEnd
  }

  /// Whether only white space stands before a column.
  func isFirst(_ column: Int) -> Bool { text(upTo: column).allSatisfy { $0 == " " || $0 == "\t" } }

  /// Whether only white space and list dashes stand before a column: the place of a key.
  func isKeyPlace(_ column: Int) -> Bool { text(upTo: column).allSatisfy { $0 == " " || $0 == "\t" || $0 == "-" } }

  /// The line with the value that begins at `column` put into quotes.
  func quotingValue(from column: Int) -> String {
    let before = text(upTo: column)
    var value = code(from: column)
    var behind = ""
    if before.contains("[") || before.contains("{"), let end = value.firstIndex(where: { ",]}".contains($0) }) {
      behind = String(value[end...])
      value = String(value[..<end])
    }
    return before.trimmedStart + Self.quoted(value) + behind
  }

  /// The line with the double-quoted value that begins at `column` in single quotes; nil when it does not end on this line.
  func withSingleQuotes(from column: Int) -> String? {
    let value = text(from: column)
    guard let end = value.lastIndex(of: "\""), end > value.startIndex else { return nil }
    let inner = value[value.index(after: value.startIndex)..<end].replacing("'", with: "''")
    return text(upTo: column).trimmedStart + "'\(inner)'" + value[value.index(after: end)...]
  }

  /// `text` in double quotes, or in single ones when that spares escapes.
  static func quoted(_ text: String) -> String {
    guard text.contains("\"") || text.contains("\\") else { return "\"\(text)\"" }
    return "'\(text.replacing("'", with: "''"))'"
  }

  private static func string(_ scalars: ArraySlice<Unicode.Scalar>) -> String {
    var view = String.UnicodeScalarView()
    view.append(contentsOf: scalars)
    return String(view)
  }
}

extension StringProtocol {
  /// Without white space at the start.
  var trimmedStart: String { String(drop { $0 == " " || $0 == "\t" }) }
  /// Without white space at the end.
  var trimmedEnd: String {
    guard let last = lastIndex(where: { $0 != " " && $0 != "\t" }) else { return "" }
    return String(self[...last])
  }
  /// Without white space at both ends.
  var trimmedBoth: String { trimmedStart.trimmedEnd }
}
