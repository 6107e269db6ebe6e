import Basics

/// Puts typed words into a command's properties. Pure: what was typed becomes a value or a ``UsageError``.
struct WordReader<Root> {
  private let fields: [Field<Root>]
  private let path: [String]
  private let example: () -> String?

  /// - Parameter example: a whole line that is right.
  init(fields: [Field<Root>], path: [String], example: @escaping () -> String? = { nil }) {
    self.fields = fields
    self.path = path
    self.example = example
  }

  /// Reads all words.
  func read(_ words: [String], into fresh: Root) throws(UsageError) -> Root {
    var root = fresh
    var rest = words[...]
    var places = Places(fields)
    while let word = rest.popFirst() {
      if word == "--" {
        try readAfterDashes(rest, into: &root, &places)
        rest = []
      } else if word.hasPrefix("--") {
        try readLong(word.dropFirst(2), &rest, into: &root)
      } else if word.count > 1, word.hasPrefix("-"), !isNegativeNumber(word) {
        try readCluster(word.dropFirst(), &rest, into: &root)
      } else {
        try readPositional(word, into: &root, &places)
      }
    }
    let missing = places.missing
    if !missing.isEmpty { throw error(.missingArguments(missing.map(\.label), example: example())) }
    return root
  }

  /// `--name`, `--name value`, `--name=value`, `--no-name`.
  private func readLong(_ text: Substring, _ rest: inout ArraySlice<String>, into root: inout Root) throws(UsageError) {
    let parts = text.split(separator: "=", maxSplits: 1, omittingEmptySubsequences: false)
    let name = String(parts[0])
    let attached = parts.count == 2 ? String(parts[1]) : nil
    if let field = fields.first(where: { $0.parameter.isOption && $0.parameter.longNames.contains(name) }) {
      try read(field, typed: "--\(name)", attached: attached, &rest, into: &root)
    } else if name.hasPrefix("no-"), let field = fields.first(where: { $0.parameter.isNegatable && "no-" + $0.parameter.name == name }) {
      if attached != nil { throw error(.valueNotTaken(option: "--\(name)")) }
      _ = field.store(&root, "false")
    } else {
      throw unknownOption("--\(name)")
    }
  }

  /// `-a`, `-abc`, `-n5`, `-n 5`, `-n=5`.
  private func readCluster(_ text: Substring, _ rest: inout ArraySlice<String>, into root: inout Root) throws(UsageError) {
    var letters = text
    while let letter = letters.popFirst() {
      guard let field = fields.first(where: { $0.parameter.short == letter }) else { throw unknownOption("-\(letter)") }
      if field.parameter.takesValue {
        let value = letters.first == "=" ? letters.dropFirst() : letters
        try read(field, typed: "-\(letter)", attached: letters.isEmpty ? nil : String(value), &rest, into: &root)
        return
      }
      if letters.first == "=" { throw error(.valueNotTaken(option: "-\(letter)")) }
      _ = field.store(&root, "true")
    }
  }

  private func read(
    _ field: Field<Root>, typed: String, attached: String?, _ rest: inout ArraySlice<String>, into root: inout Root
  ) throws(UsageError) {
    guard field.parameter.takesValue else {
      if attached != nil { throw error(.valueNotTaken(option: typed)) }
      _ = field.store(&root, "true")
      return
    }
    guard let value = attached ?? nextValue(&rest) else {
      throw error(.missingValue(option: typed, expectation: field.parameter.expectation, next: rest.first))
    }
    try store(value, in: field, typed: typed, into: &root)
  }

  /// The next word, unless it is an option itself: `--name --detach` is a slip more often than a name.
  private func nextValue(_ rest: inout ArraySlice<String>) -> String? {
    guard let next = rest.first else { return nil }
    if next.count > 1, next.hasPrefix("-"), !isNegativeNumber(next) { return nil }
    return rest.popFirst()
  }

  private func readPositional(_ word: String, into root: inout Root, _ places: inout Places) throws(UsageError) {
    guard let field = places.next() else { throw error(.unexpectedArgument(word, hasRest: hasRest)) }
    try store(word, in: field, typed: field.parameter.label, into: &root)
  }

  private func readAfterDashes(_ words: ArraySlice<String>, into root: inout Root, _ places: inout Places) throws(UsageError) {
    guard let field = fields.first(where: { $0.parameter.kind == .rest }) else {
      for word in words { try readPositional(word, into: &root, &places) }
      return
    }
    for word in words { _ = field.store(&root, word) }
  }

  private func store(_ word: String, in field: Field<Root>, typed: String, into root: inout Root) throws(UsageError) {
    if field.store(&root, word) { return }
    let parameter = field.parameter
    let nearest = Suggestion.nearest(to: word, among: parameter.choices)
    throw error(.badValue(word, for: typed, expectation: parameter.expectation, suggestion: nearest))
  }

  private var hasRest: Bool { fields.contains { $0.parameter.kind == .rest } }

  private func unknownOption(_ typed: String) -> UsageError {
    var known = ["--help"]
    for parameter in fields.map(\.parameter) where parameter.isOption && !parameter.isHidden {
      known += parameter.longNames.map { "--\($0)" }
      if parameter.isNegatable { known.append("--no-\(parameter.name)") }
    }
    let nearest = typed.hasPrefix("--") ? Suggestion.nearest(to: typed, among: known) : nil
    return error(.unknownOption(typed, suggestion: nearest, hasRest: hasRest))
  }

  private func isNegativeNumber(_ word: String) -> Bool {
    guard let second = word.dropFirst().first, second.isASCII, second.isNumber || second == "." else { return false }
    return Double(word) != nil && !fields.contains { $0.parameter.short == second }
  }

  private func error(_ kind: UsageError.Kind) -> UsageError { UsageError(kind, in: path) }

  /// Which positional field takes the next word.
  private struct Places {
    private var waiting: ArraySlice<Field<Root>>
    private var repeatedOnce = false

    init(_ fields: [Field<Root>]) {
      waiting = fields.filter { if case .argument = $0.parameter.kind { true } else { false } }[...]
    }

    mutating func next() -> Field<Root>? {
      guard let field = waiting.first else { return nil }
      if case .argument(_, repeats: true) = field.parameter.kind {
        repeatedOnce = true
      } else {
        waiting.removeFirst()
      }
      return field
    }

    var missing: [Parameter] {
      (repeatedOnce ? waiting.dropFirst() : waiting).map(\.parameter).filter {
        if case .argument(required: true, _) = $0.kind { true } else { false }
      }
    }
  }
}
