import Documents

/// Writes a tree as block YAML, two spaces a level.
struct Emitter {
  private var output = ""

  mutating func document(_ node: Node) -> String {
    switch node.value {
    case .mapping(let mapping) where !mapping.entries.isEmpty: entries(mapping, indent: 0)
    case .sequence(let list) where !list.isEmpty: items(list, indent: 0)
    default: output += inline(node) + "\n"
    }
    return output
  }

  /// The entries; the first one continues the current line when `firstInline`.
  private mutating func entries(_ mapping: Mapping, indent: Int, firstInline: Bool = false) {
    for (number, entry) in mapping.entries.enumerated() {
      if number > 0 || !firstInline { pad(indent) }
      output += ScalarText.key(entry.key) + ":"
      block(entry.value, indent: indent)
    }
  }

  private mutating func items(_ list: [Node], indent: Int, firstInline: Bool = false) {
    for (number, item) in list.enumerated() {
      if number > 0 || !firstInline { pad(indent) }
      output += "-"
      switch item.value {
      case .mapping(let mapping) where !mapping.entries.isEmpty:
        output += " "
        entries(mapping, indent: indent + 2, firstInline: true)
      case .sequence(let inner) where !inner.isEmpty:
        output += " "
        items(inner, indent: indent + 2, firstInline: true)
      default: output += " " + inline(item) + "\n"
      }
    }
  }

  /// A value behind its key: on the same line, or on lines of its own below.
  private mutating func block(_ node: Node, indent: Int) {
    switch node.value {
    case .mapping(let mapping) where !mapping.entries.isEmpty:
      output += "\n"
      entries(mapping, indent: indent + 2)
    case .sequence(let list) where !list.isEmpty:
      output += "\n"
      items(list, indent: indent + 2)
    default: output += " " + inline(node) + "\n"
    }
  }

  private func inline(_ node: Node) -> String {
    switch node.value {
    case .null: "null"
    case .bool(let flag, _): flag ? "true" : "false"
    case .int(let number, let text): sameNumber(text) ? text : "\(number)"
    case .float(let number, let text): ScalarText.float(number, text: text)
    case .string(let text, _): ScalarText.value(text)
    case .dateTime(let time): ScalarText.value(time.text)
    case .sequence: "[]"
    case .mapping: "{}"
    }
  }

  /// Whether YAML reads the text as a whole number: other languages write some that it does not.
  private func sameNumber(_ text: String) -> Bool { if case .int = CoreSchema.number(text) { true } else { false } }

  private mutating func pad(_ indent: Int) { output += String(repeating: " ", count: indent) }
}
