/// A text and the name under which messages speak of it. Every node of a document holds on to its text, so that a later error can show the line.
public final class SourceText: Sendable {
  /// Where a text came from.
  public enum Kind: Sendable, Hashable {
    /// A file: values have lines and columns.
    case file
    /// A flag of the command line.
    case flag
    /// A variable of the environment.
    case variable
    /// The program itself.
    case builtIn
  }

  /// What messages call it, usually the path as typed.
  public let name: String
  /// Where it came from; only values of files have places.
  public let kind: Kind
  /// The text, without a byte order mark.
  public let text: String

  /// A text that needs no check.
  public init(name: String, text: String, kind: Kind = .file) {
    self.name = name
    self.text = text
    self.kind = kind
  }

  /// A text that came from no file: values made by the program.
  public static let none = SourceText(name: "built-in", text: "", kind: .builtIn)

  /// The text's lines without their line breaks (LF, CR or CRLF), computed at each call: for messages.
  public func lines() -> [Substring.UnicodeScalarView] {
    let scalars = text.unicodeScalars
    var lines: [Substring.UnicodeScalarView] = []
    var start = scalars.startIndex
    var index = start
    while index < scalars.endIndex {
      let scalar = scalars[index]
      let next = scalars.index(after: index)
      if scalar == "\n" || scalar == "\r" {
        lines.append(scalars[start..<index])
        start = scalar == "\r" && next < scalars.endIndex && scalars[next] == "\n" ? scalars.index(after: next) : next
        index = start
      } else {
        index = next
      }
    }
    lines.append(scalars[start...])
    return lines
  }

  /// The line with that number, from 1, without its line break; nil beyond the end.
  public func line(_ number: Int) -> String? {
    let lines = lines()
    return number >= 1 && number <= lines.count ? String(lines[number - 1]) : nil
  }

  /// A finding about this text.
  /// - Parameter position: where; nil when it concerns the file as a whole.
  public func diagnostic(_ problem: String, at position: SourcePosition?, hints: [String] = []) -> SourceDiagnostic {
    let position = kind == .file ? position : nil
    let excerpt = position.flatMap { position in line(position.line).map { SourceExcerpt(line: $0, position: position) } }
    return SourceDiagnostic(file: name, position: position, problem: problem, hints: hints, excerpt: excerpt)
  }
}
