import Documents

/// A table while the file is being read: TOML lets later lines add to it, under rules that depend on how it came to be.
final class Table {
  /// How a table came to be, which decides what may still be added.
  enum Origin {
    /// `[a]`, or the file itself.
    case header
    /// The `a` of `[a.b]`: a header of its own may still follow.
    case implied
    /// The `a` of `a.b = 1`: closed to headers, open to dotted keys.
    case dotted
  }

  enum Item {
    case value(Node)
    case table(Table)
    case tables([Table])
  }

  var origin: Origin
  let position: SourcePosition
  private var items: [(key: String, position: SourcePosition, item: Item)] = []
  private var places: [String: Int] = [:]

  init(_ origin: Origin, at position: SourcePosition) {
    self.origin = origin
    self.position = position
  }

  subscript(key: String) -> Item? { places[key].map { items[$0].item } }

  /// The line on which a key was first given.
  func line(of key: String) -> Int { places[key].map { items[$0].position.line } ?? 0 }

  func set(_ key: String, at position: SourcePosition, to item: Item) {
    if let place = places[key] {
      items[place].item = item
    } else {
      places[key] = items.count
      items.append((key, position, item))
    }
  }

  /// The finished tree.
  func node(in source: SourceText) -> Node {
    var mapping = Mapping()
    for (key, position, item) in items {
      let value: Node =
        switch item {
        case .value(let node): node
        case .table(let table): table.node(in: source)
        case .tables(let tables): Node(.sequence(tables.map { $0.node(in: source) }), at: position, in: source)
        }
      mapping.set(key, at: position, to: value)
    }
    return Node(.mapping(mapping), at: position, in: source)
  }
}
