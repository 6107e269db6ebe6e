import Documents
import YAML

/// Changes one key of a YAML file and leaves everything else, comments too, as it was.
struct LineEditor {
  private var lines: [String]
  private let root: Mapping

  /// An editor of a text that parses; an empty one is fine.
  init(_ source: SourceText, _ node: Node) throws(SourceDiagnostic) {
    lines = source.lines().map(String.init)
    if lines.last == "" { lines.removeLast() }
    root = node.isNull ? Mapping() : try node.mapping("the file")
  }

  /// The text with `key`, below `section` when one is named, set to `value`.
  mutating func set(_ key: String, below section: String?, to value: Node) throws(SourceDiagnostic) -> String {
    let parent = try section.map { name throws(SourceDiagnostic) in try root[name].flatMap { $0.isNull ? nil : $0 }?.mapping(name) } ?? root
    let text = YAML.text(of: .mapping([(key, value)])).split(separator: "\n").map(String.init)
    if let entry = parent?.entry(key) {
      try replace(entry, with: text)
    } else if let section {
      try insert(text, below: section)
    } else {
      lines += text
    }
    return lines.joined(separator: "\n") + "\n"
  }

  private mutating func replace(_ entry: Mapping.Entry, with text: [String]) throws(SourceDiagnostic) {
    let first = entry.keyPosition.line - 1
    let indent = entry.keyPosition.column - 1
    guard lines[first].prefix(indent).allSatisfy({ $0 == " " }) else {
      throw entry.diagnostic("this key shares its line with others and cannot be changed from outside", hints: ["change it in the file"])
    }
    var end = first + 1
    while end < lines.count, belongs(lines[end], below: indent) { end += 1 }
    let comment = end == first + 1 ? Self.comment(lines[first], after: entry.value) : ""
    var new = text.map { String(repeating: " ", count: indent) + $0 }
    new[0] += comment
    lines.replaceSubrange(first..<end, with: new)
  }

  /// Whether a line continues the value of a key at that indentation.
  private func belongs(_ line: String, below indent: Int) -> Bool {
    let spaces = line.prefix { $0 == " " }.count
    guard spaces < line.count else { return false }
    return spaces > indent || spaces == indent && line.dropFirst(spaces).hasPrefix("- ")
  }

  /// The comment behind a value on its line.
  private static func comment(_ line: String, after value: Node) -> String {
    guard value.scalarText != nil, case let rest = line.dropFirst(max(value.position.column - 1, 0)), let mark = rest.firstRange(of: " #")
    else {
      return ""
    }
    // A '#' inside quotes is no comment.
    if case .string(let text, quoted: true) = value.value, text.contains(" #") { return "" }
    return String(rest[mark.lowerBound...])
  }

  private mutating func insert(_ text: [String], below section: String) throws(SourceDiagnostic) {
    guard let entry = root.entry(section), !entry.value.isNull, case .mapping(let mapping) = entry.value.value,
      let last = mapping.entries.last
    else {
      if let entry = root.entry(section) { lines[entry.keyPosition.line - 1] = section + ":" } else { lines.append(section + ":") }
      let place = root.entry(section).map { $0.keyPosition.line } ?? lines.count
      lines.insert(contentsOf: text.map { "  " + $0 }, at: place)
      return
    }
    guard last.keyPosition.line > entry.keyPosition.line else {
      throw entry.diagnostic("this mapping stands on one line and cannot be added to from outside", hints: ["change it in the file"])
    }
    let indent = last.keyPosition.column - 1
    var end = last.keyPosition.line
    while end < lines.count, belongs(lines[end], below: indent) { end += 1 }
    lines.insert(contentsOf: text.map { String(repeating: " ", count: indent) + $0 }, at: end)
  }
}
