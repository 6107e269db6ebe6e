import Documents

/// Splits a command line into words as a POSIX shell would, without being one: quotes and backslashes count, nothing is expanded.
struct WordSplitter {
  /// The words, and what in them only a shell would understand.
  struct Result: Equatable {
    var words: [String] = []
    var shellSigns: [String] = []
  }

  /// What is wrong with the text.
  enum Problem: Error, Equatable {
    case unclosedQuote(Character)
    case trailingBackslash
  }

  private var rest: Substring
  private var word: String?
  private var result = Result()

  /// The words of a text.
  static func split(_ text: String) throws(Problem) -> Result {
    var splitter = WordSplitter(rest: text[...])
    return try splitter.run()
  }

  private init(rest: Substring) { self.rest = rest }

  private mutating func run() throws(Problem) -> Result {
    while let character = rest.popFirst() {
      switch character {
      case "'": try singleQuoted()
      case "\"": try doubleQuoted()
      case "\\":
        guard let next = rest.popFirst() else { throw .trailingBackslash }
        if next != "\n" { append(next) }
      case _ where character.isWhitespace: endWord()
      default:
        noteShellSign(character)
        append(character)
      }
    }
    endWord()
    return result
  }

  private mutating func singleQuoted() throws(Problem) {
    guard let end = rest.firstIndex(of: "'") else { throw .unclosedQuote("'") }
    word = (word ?? "") + rest[..<end]
    rest = rest[rest.index(after: end)...]
  }

  private mutating func doubleQuoted() throws(Problem) {
    word = word ?? ""
    while let character = rest.popFirst() {
      if character == "\"" { return }
      // Inside double quotes a backslash only escapes these (POSIX, 2.2.3).
      if character == "\\", let next = rest.first, "\"\\$`\n".contains(next) {
        rest.removeFirst()
        if next != "\n" { append(next) }
      } else {
        append(character)
      }
    }
    throw .unclosedQuote("\"")
  }

  private mutating func append(_ character: Character) { word = (word ?? "") + String(character) }

  private mutating func endWord() {
    if let word { result.words.append(word) }
    word = nil
  }

  /// Operators and expansions that stand outside quotes; `${params.x}` is ours.
  private mutating func noteShellSign(_ character: Character) {
    switch character {
    case "&", "|", ";", "<", ">", "`": result.shellSigns.append(rest.first == character ? "\(character)\(character)" : "\(character)")
    case "$":
      let name = rest.prefix { $0.isLetter || $0.isNumber || $0 == "_" }
      if !name.isEmpty {
        result.shellSigns.append("$\(name)")
      } else if rest.hasPrefix("(") || rest.hasPrefix("{") && !rest.hasPrefix("{params.") {
        result.shellSigns.append("$" + (rest.first.map(String.init) ?? ""))
      }
    default: break
    }
  }
}
