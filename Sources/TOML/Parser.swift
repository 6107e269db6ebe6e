import Documents

/// Reads the lines of a document: headers, keys and their values.
struct Parser {
  /// One part of a dotted key.
  struct KeyPart {
    let name: String
    let position: SourcePosition
  }

  var cursor: Cursor
  let limits: DocumentLimits
  private var count = 0

  init(source: SourceText, limits: DocumentLimits) {
    cursor = Cursor(source)
    self.limits = limits
  }

  /// The whole file.
  mutating func document() throws(SourceDiagnostic) -> Node {
    let root = Table(.header, at: .start)
    var current = root
    while true {
      try skipEmptyLines()
      if cursor.isAtEnd { return root.node(in: cursor.source) }
      if cursor.next == 0x5B {
        current = try header(in: root)
      } else {
        try assignment(in: current)
      }
      try endOfLine()
    }
  }

  /// `[a.b]` or `[[a.b]]`.
  private mutating func header(in root: Table) throws(SourceDiagnostic) -> Table {
    let start = cursor.position()
    let isArray = cursor.peek(1) == 0x5B
    cursor.advance(isArray ? 2 : 1)
    cursor.skipBlanks()
    let key = try dottedKey()
    guard cursor.next == 0x5D, !isArray || cursor.peek(1) == 0x5D else {
      let close = isArray ? "]]" : "]"
      throw cursor.error("this header must end with '\(close)', not with \(cursor.nextInWords)")
    }
    cursor.advance(isArray ? 2 : 1)
    let parent = try openTables(key.dropLast(), from: root)
    guard let last = key.last else { return root }
    return isArray ? try addToArray(last, in: parent, at: start) : try open(last, in: parent, at: start)
  }

  private mutating func open(_ key: KeyPart, in parent: Table, at start: SourcePosition) throws(SourceDiagnostic) -> Table {
    switch parent[key.name] {
    case nil:
      let table = Table(.header, at: start)
      parent.set(key.name, at: key.position, to: .table(table))
      return table
    case .table(let table) where table.origin == .implied:
      table.origin = .header
      return table
    default: throw repeated(key, in: parent)
    }
  }

  private mutating func addToArray(_ key: KeyPart, in parent: Table, at start: SourcePosition) throws(SourceDiagnostic) -> Table {
    let table = Table(.header, at: start)
    switch parent[key.name] {
    case nil: parent.set(key.name, at: key.position, to: .tables([table]))
    case .tables(let earlier): parent.set(key.name, at: key.position, to: .tables(earlier + [table]))
    default: throw repeated(key, in: parent)
    }
    return table
  }

  /// Follows a header's path, making the tables on the way.
  private func openTables(_ path: ArraySlice<KeyPart>, from root: Table) throws(SourceDiagnostic) -> Table {
    var table = root
    for key in path {
      switch table[key.name] {
      case nil:
        let next = Table(.implied, at: key.position)
        table.set(key.name, at: key.position, to: .table(next))
        table = next
      case .table(let next): table = next
      case .tables(let all):
        guard let last = all.last else { return table }
        table = last
      case .value: throw repeated(key, in: table)
      }
    }
    return table
  }

  /// `a.b = value` in a table.
  mutating func assignment(in table: Table, depth: Int = 0) throws(SourceDiagnostic) {
    let key = try dottedKey()
    guard cursor.next == 0x3D else { throw missingEquals(after: key) }
    cursor.advance()
    cursor.skipBlanks()
    let target = try dottedTables(key.dropLast(), from: table)
    guard let last = key.last else { return }
    guard target[last.name] == nil else { throw repeated(last, in: target) }
    target.set(last.name, at: last.position, to: .value(try value(depth: depth)))
  }

  private func dottedTables(_ path: ArraySlice<KeyPart>, from start: Table) throws(SourceDiagnostic) -> Table {
    var table = start
    for key in path {
      switch table[key.name] {
      case nil:
        let next = Table(.dotted, at: key.position)
        table.set(key.name, at: key.position, to: .table(next))
        table = next
      case .table(let next) where next.origin == .dotted: table = next
      default: throw repeated(key, in: table)
      }
    }
    return table
  }

  private func repeated(_ key: KeyPart, in table: Table) -> SourceDiagnostic {
    cursor.source.diagnostic(
      "'\(key.name)' was given before, on line \(table.line(of: key.name)), and cannot be given or added to here", at: key.position,
      hints: ["put its keys together in one place"])
  }

  private mutating func missingEquals(after key: [KeyPart]) -> SourceDiagnostic {
    let name = key.map(\.name).joined(separator: ".")
    guard cursor.next == 0x3A else { return cursor.error("a '=' must follow the key '\(name)', not \(cursor.nextInWords)") }
    let start = cursor.offset
    cursor.advance()
    cursor.skipBlanks()
    return cursor.error("TOML writes '=' between key and value, not ':'", at: start, hints: ["write `\(name) = \(cursor.restOfLine)`"])
  }

  /// Blank lines and comments.
  mutating func skipEmptyLines() throws(SourceDiagnostic) {
    repeat {
      cursor.skipBlanks()
      try skipComment()
    } while try skipNewline()
  }

  /// The end of a line that held something.
  private mutating func endOfLine() throws(SourceDiagnostic) {
    cursor.skipBlanks()
    try skipComment()
    if cursor.isAtEnd { return }
    guard try skipNewline() else {
      throw cursor.error("the line must end here, but \(cursor.nextInWords) follows", hints: ["one key and its value to a line"])
    }
  }

  /// Takes a line break, if one is next.
  mutating func skipNewline() throws(SourceDiagnostic) -> Bool {
    if cursor.next == 0x0A {
      cursor.advance()
      return true
    }
    guard cursor.next == 0x0D else { return false }
    guard cursor.peek(1) == 0x0A else { throw cursor.error("a carriage return must be followed by a line feed") }
    cursor.advance(2)
    return true
  }

  /// Takes a comment, if one is next.
  mutating func skipComment() throws(SourceDiagnostic) {
    guard cursor.next == 0x23 else { return }
    _ = cursor.take { $0 >= 0x20 && $0 != 0x7F || $0 == 0x09 }
    let endsLine = cursor.isAtEnd || cursor.next == 0x0A || cursor.next == 0x0D && cursor.peek(1) == 0x0A
    guard endsLine else { throw cursor.error("a control character cannot stand in a comment") }
  }

  /// Counts a value against the limit.
  mutating func spend(at start: Int) throws(SourceDiagnostic) {
    count += 1
    guard count <= limits.nodes else { throw cursor.error("the file holds more than \(limits.nodes) values", at: start) }
  }
}
