import Documents

/// Lays one mapping over another: the upper one's keys win, mappings are merged, everything else is replaced.
///
/// An empty value takes an inherited one away. Every value keeps the text it came from, so its origin is never lost.
enum Layers {
  /// `upper` over `lower`.
  static func merge(_ lower: Mapping, under upper: Mapping) -> Mapping {
    var result = lower
    for entry in upper.entries {
      if case .mapping(let new) = entry.value.value, let old = result[entry.key], case .mapping(let inherited) = old.value {
        let merged = Node(.mapping(merge(inherited, under: new)), at: entry.value.position, in: entry.value.source)
        result.set(entry.key, at: entry.keyPosition, to: merged)
      } else {
        result.set(entry.key, at: entry.keyPosition, to: entry.value)
      }
    }
    return result
  }

  /// A mapping of values that stand in no file.
  static func layer(_ entries: [(key: String, value: Node)]) -> Mapping {
    var mapping = Mapping()
    for (key, value) in entries { mapping.set(key, to: value) }
    return mapping
  }
}

extension Node {
  /// A value that came from a flag or a variable.
  static func given(_ value: Value, by name: String, _ kind: SourceText.Kind) -> Node {
    Node(value, at: .start, in: SourceText(name: name, text: "", kind: kind))
  }

  /// The same value, said to come from elsewhere.
  func from(_ name: String, _ kind: SourceText.Kind) -> Node {
    let source = SourceText(name: name, text: "", kind: kind)
    switch value {
    case .sequence(let items): return Node(.sequence(items.map { $0.from(name, kind) }), at: .start, in: source)
    case .mapping(let mapping):
      return Node(.mapping(Layers.layer(mapping.entries.map { ($0.key, $0.value.from(name, kind)) })), at: .start, in: source)
    default: return Node(value, at: .start, in: source)
    }
  }
}
