import Basics
import Documents
import FoundationEssentials

/// A file of secret variables, one `NAME=value` a line. Its findings never show a line: values are secret.
///
/// `#` begins a comment, `export ` in front is taken. Single quotes keep everything; double quotes know `\n`, `\t`, `\"`, `\\` and `\$`;
/// without quotes the value ends before ` #`. Nothing is expanded and no value spans lines.
struct EnvFile {
  private let name: String
  private var values: [(name: String, value: String)] = []

  /// The variables of a file, in its order; of a name given twice the last counts.
  static func parse(_ bytes: Data, name: String) throws(SourceDiagnostic) -> [(name: String, value: String)] {
    var content = bytes
    if content.starts(with: [0xEF, 0xBB, 0xBF]) { content = Data(content.dropFirst(3)) }
    guard !content.contains(0), let text = String(validating: content, as: UTF8.self) else {
      throw SourceDiagnostic(file: name, position: nil, problem: "this is no text file of NAME=value lines in UTF-8")
    }
    var file = EnvFile(name: name)
    for (number, line) in SourceText(name: name, text: text).lines().enumerated() {
      try file.line(String(line), SourcePosition(line: number + 1, column: 1))
    }
    return file.values
  }

  private init(name: String) { self.name = name }

  private mutating func line(_ line: String, _ position: SourcePosition) throws(SourceDiagnostic) {
    var text = line.trimmed()
    if text.isEmpty || text.hasPrefix("#") { return }
    if text.hasPrefix("export ") || text.hasPrefix("export\t") { text = text.dropFirst(7).trimmed() }
    guard let sign = text.firstIndex(of: "=") else {
      throw error("this line has no '='", position, ["write `NAME=value`; a value cannot span lines"])
    }
    let variable = text[..<sign].trimmed()
    guard Values.isVariableName(variable) else {
      throw error("the name before '=' is no name of a variable", position, ["names hold letters, digits and '_'"])
    }
    values.append((variable, try value(text[text.index(after: sign)...].trimmed(), position)))
  }

  private func value(_ text: String, _ position: SourcePosition) throws(SourceDiagnostic) -> String {
    guard let mark = text.first, mark == "\"" || mark == "'" else {
      if text.hasPrefix("#") { return "" }
      return text.firstRange(of: " #").map { text[..<$0.lowerBound].trimmed() } ?? text
    }
    var value = ""
    var rest = text.dropFirst()
    while let character = rest.popFirst() {
      if character == mark {
        let tail = rest.trimmed()
        guard tail.isEmpty || tail.hasPrefix("#") else { throw error("something follows the closing quote", position) }
        return value
      }
      if character == "\\", mark == "\"", let escaped = rest.popFirst() {
        value += Self.escapes[escaped] ?? "\\\(escaped)"
      } else {
        value.append(character)
      }
    }
    throw error(
      "a quote is not closed on its line", position, ["values that span lines are not supported; write `\\n` inside double quotes"])
  }

  private static let escapes: [Character: String] = ["n": "\n", "t": "\t", "r": "\r", "\"": "\"", "\\": "\\", "$": "$"]

  private func error(_ problem: String, _ position: SourcePosition, _ hints: [String] = []) -> SourceDiagnostic {
    SourceDiagnostic(file: name, position: position, problem: problem, hints: hints)
  }
}
