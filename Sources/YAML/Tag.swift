import Documents

/// The tags of the core schema; no other has a meaning here.
enum Tag {
  static let prefix = "tag:yaml.org,2002:"
}

extension Composer {
  /// What a scalar means: by its tag, else as text when quoted, else by its word.
  func value(of scalar: Event.Scalar, at position: SourcePosition) throws(SourceDiagnostic) -> Node.Value {
    let text = scalar.text
    let plain = scalar.style == .plain
    guard let tag = scalar.properties.tag else { return plain ? CoreSchema.value(of: text) : .string(text, quoted: true) }
    guard tag != "!", tag != Tag.prefix + "str" else { return .string(text, quoted: true) }
    let value = CoreSchema.value(of: text)
    switch (tag.hasPrefix(Tag.prefix) ? String(tag.dropFirst(Tag.prefix.count)) : "", value) {
    case ("null", .null), ("bool", .bool), ("int", .int), ("float", .float): return value
    case ("float", .int(let number, _)): return .float(Double(number), text: text)
    case ("null", _), ("bool", _), ("int", _), ("float", _):
      throw diagnostic("'\(text)' is no \(tag.dropFirst(Tag.prefix.count))", at: position)
    default: throw unknownTag(tag, at: position)
    }
  }

  /// The refusal of a tag nobody defined.
  func unknownTag(_ tag: String, at position: SourcePosition) -> SourceDiagnostic {
    let shown = tag.hasPrefix(Tag.prefix) ? "!!" + tag.dropFirst(Tag.prefix.count) : tag
    return diagnostic(
      "the tag '\(shown)' means nothing here", at: position, hints: ["remove it; if it is text, put the whole value into quotes"])
  }
}
