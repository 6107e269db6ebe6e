/// Comma-separated text after RFC 4180: fields with a comma, a quote or a line end in quotes, quotes doubled, lines ended by CR LF.
public struct CSVText: Sendable {
  /// What a field holds.
  public enum Field: Sendable, Equatable {
    /// Words, which may come from anywhere: what a spreadsheet would take for a formula is made plain.
    case words(String)
    /// A number, a time, or a word of ours: written as it is.
    case exact(String)
    /// Nothing.
    case none
  }

  /// The text so far.
  public private(set) var text = ""

  /// No lines yet.
  public init() {}

  /// Adds a line.
  public mutating func add(_ fields: [Field]) {
    for (index, field) in fields.enumerated() {
      if index > 0 { text += "," }
      switch field {
      case .words(let words): text += Self.quoted(Self.plain(words))
      case .exact(let value): text += Self.quoted(value)
      case .none: break
      }
    }
    text += "\r\n"
  }

  /// Words that begin as formulas do (`=`, `+`, `-`, `@`, their wide forms, a tab or a line end) get a `'` before them: spreadsheets then show
  /// them and run nothing (OWASP, "CSV Injection"). Readers that want the words themselves take that one `'` away.
  public static func plain(_ words: String) -> String {
    guard let first = words.unicodeScalars.first, "=+-@\t\r\n＝＋－＠".unicodeScalars.contains(first) else { return words }
    return "'" + words
  }

  private static func quoted(_ value: String) -> String {
    guard value.utf8.contains(where: { $0 == 0x2C || $0 == 0x22 || $0 == 0x0A || $0 == 0x0D }) else { return value }
    return "\"" + value.split(separator: "\"", omittingEmptySubsequences: false).joined(separator: "\"\"") + "\""
  }
}
