import Basics

/// One of the files that AWS tools share, section by section, as its lines say.
///
/// The form is that of the AWS SDKs and Tools Reference Guide, "Shared config and credentials files": `[section]`, `key = value`, comments
/// with `#` or `;`, and lines that begin with blanks and belong to the key above them.
struct ConfigFile: Sendable, Equatable {
  /// A key's value, and where it stands.
  struct Value: Sendable, Equatable {
    /// On one line; several lines are joined by line feeds.
    var text: String
    /// The `key = value` lines below a key without a value of its own.
    var nested: [String: String] = [:]
    /// `path:line`.
    var place: String
  }

  /// What stands between two headers.
  struct Section: Sendable, Equatable {
    /// The header without its brackets and without blanks at its ends.
    var header: String
    var values: [String: Value] = [:]
  }

  /// In the order of the file; a section that stands there twice is there twice.
  var sections: [Section] = []

  /// Reads a file's text.
  /// - Throws: ``AWSConfigurationError`` that names the line.
  init(_ text: String, path: String) throws(AWSConfigurationError) {
    var reader = ConfigFileReader(path: path)
    for line in text.split(omittingEmptySubsequences: false, whereSeparator: \.isNewline) { try reader.read(line) }
    sections = reader.sections
  }

  /// The words of a header, where a word may stand in quotation marks; nil when a mark is not closed.
  static func words(_ header: String) -> [String]? {
    var words: [String] = []
    var word: String?
    var quote: Character?
    for character in header {
      if let open = quote {
        if character == open { quote = nil } else { word = (word ?? "") + String(character) }
      } else if character == "\"" || character == "'" {
        quote = character
        word = word ?? ""
      } else if character.isWhitespace {
        if let done = word { words.append(done) }
        word = nil
      } else {
        word = (word ?? "") + String(character)
      }
    }
    if let done = word { words.append(done) }
    return quote == nil ? words : nil
  }
}

/// Reads line by line.
private struct ConfigFileReader {
  let path: String
  var sections: [ConfigFile.Section] = []
  private var line = 0
  private var key: String?

  init(path: String) { self.path = path }

  mutating func read(_ text: Substring) throws(AWSConfigurationError) {
    line += 1
    let content = text.trimmed()
    guard let first = content.first, first != "#", first != ";" else { return }
    if text.first?.isWhitespace == true, key != nil { return try continueValue(content) }
    if first == "[" { return try beginSection(content) }
    try readPair(content)
  }

  private mutating func beginSection(_ content: String) throws(AWSConfigurationError) {
    guard let end = content.firstIndex(of: "]") else { throw mistake("a section's name lacks its closing bracket") }
    let rest = content[content.index(after: end)...].trimmed()
    guard rest.isEmpty || rest.hasPrefix("#") || rest.hasPrefix(";") else { throw mistake("something stands behind a section's name") }
    sections.append(ConfigFile.Section(header: content[..<end].dropFirst().trimmed()))
    key = nil
  }

  private mutating func readPair(_ content: String) throws(AWSConfigurationError) {
    guard !sections.isEmpty else {
      throw mistake("a line stands before the first section", hints: ["begin the file with a line `[default]`"])
    }
    guard let (name, value) = Self.pair(content) else { throw mistake("a line is neither `key = value` nor a section") }
    sections[sections.count - 1].values[name] = ConfigFile.Value(text: value, place: "\(path):\(line)")
    key = name
  }

  private mutating func continueValue(_ content: String) throws(AWSConfigurationError) {
    guard let key, var value = sections[sections.count - 1].values[key] else { return }
    if value.text.isEmpty {
      guard let (name, inner) = Self.pair(content) else { throw mistake("a line below `\(key) =` is no `key = value`") }
      value.nested[name] = inner
    } else {
      value.text += "\n" + content
    }
    sections[sections.count - 1].values[key] = value
  }

  private static func pair(_ content: String) -> (String, String)? {
    guard let equals = content.firstIndex(of: "=") else { return nil }
    let name = content[..<equals].trimmed().lowercased()
    return name.isEmpty ? nil : (name, withoutComment(content[content.index(after: equals)...]).trimmed())
  }

  /// A comment on a value's line begins with a blank and a `#` or `;`.
  private static func withoutComment(_ value: Substring) -> Substring {
    var last: Character = "="
    for index in value.indices {
      if value[index] == "#" || value[index] == ";", last.isWhitespace { return value[..<index] }
      last = value[index]
    }
    return value
  }

  private func mistake(_ what: String, hints: [String] = []) -> AWSConfigurationError {
    AWSConfigurationError("\(path):\(line): \(what)", hints: hints)
  }
}
