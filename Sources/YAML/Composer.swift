import Documents

/// Builds the tree of one document from the parser's events.
struct Composer: ~Copyable {
  private let source: SourceText
  private let limits: DocumentLimits
  private var reader: EventReader
  /// Anchored values, and how many nodes each stands for.
  private var anchors: [String: (node: Node, size: Int)] = [:]
  private var openAnchors: Set<String> = []
  private var count = 0

  init(source: SourceText, limits: DocumentLimits) {
    self.source = source
    self.limits = limits
    reader = EventReader(source.text)
  }

  /// The only document of the text.
  mutating func document() throws(SourceDiagnostic) -> Node {
    _ = try next()
    guard case .documentStart = try next().kind else {
      return Node(.null(text: ""), at: .start, in: source)
    }
    let root = try node(from: try next(), depth: 0)
    _ = try next()
    let after = try next()
    guard case .streamEnd = after.kind else {
      throw source.diagnostic(
        "a second document begins here, and only one can be read", at: after.start,
        hints: ["put each document into a file of its own, or remove the line `---`"])
    }
    return root
  }

  private mutating func next() throws(SourceDiagnostic) -> Event {
    switch reader.next() {
    case .success(let event): return event
    case .failure(let box): throw Mistake(box.failure, in: source).diagnostic
    }
  }

  private mutating func node(from event: Event, depth: Int) throws(SourceDiagnostic) -> Node {
    guard depth <= limits.depth else {
      throw source.diagnostic("lists and mappings nest deeper than \(limits.depth) levels here", at: event.start)
    }
    try spend(1, at: event.start)
    switch event.kind {
    case .alias(let name): return try alias(name, at: event.start)
    case .scalar(let scalar):
      let node = Node(try value(of: scalar, at: event.start), at: event.start, in: source)
      if let anchor = scalar.properties.anchor { anchors[anchor] = (node, 1) }
      return node
    case .sequenceStart(let properties):
      return try anchored(properties, tag: "seq", event) { composer throws(SourceDiagnostic) in
        .sequence(try composer.items(depth: depth))
      }
    case .mappingStart(let properties):
      return try anchored(properties, tag: "map", event) { composer throws(SourceDiagnostic) in
        .mapping(try composer.entries(depth: depth))
      }
    default: return Node(.null(text: ""), at: event.start, in: source)
    }
  }

  private mutating func items(depth: Int) throws(SourceDiagnostic) -> [Node] {
    var items: [Node] = []
    while true {
      let event = try next()
      if case .sequenceEnd = event.kind { return items }
      items.append(try node(from: event, depth: depth + 1))
    }
  }

  private mutating func entries(depth: Int) throws(SourceDiagnostic) -> Mapping {
    var mapping = Mapping()
    while true {
      let event = try next()
      if case .mappingEnd = event.kind { return mapping }
      let key = try key(from: event, depth: depth)
      if let earlier = mapping.entry(key) {
        throw source.diagnostic(
          "the key '\(key)' was given before, on line \(earlier.keyPosition.line)", at: event.start, hints: ["remove one of the two"])
      }
      mapping.set(key, at: event.start, to: try node(from: try next(), depth: depth + 1))
    }
  }

  /// Keys are scalars; a list or mapping as a key is nearly always an unquoted `{{ … }}`.
  private mutating func key(from event: Event, depth: Int) throws(SourceDiagnostic) -> String {
    if case .scalar(let scalar) = event.kind, scalar.properties.anchor == nil, scalar.properties.tag == nil { return scalar.text }
    if let text = try node(from: event, depth: depth + 1).scalarText { return text }
    throw source.diagnostic(
      "a list or mapping cannot be a key", at: event.start, hints: ["if this is text, put it into quotes, as in `\"{{ name }}\"`"])
  }

  private mutating func anchored(
    _ properties: Event.Properties, tag: String, _ event: Event,
    _ body: (inout Composer) throws(SourceDiagnostic) -> Node.Value
  ) throws(SourceDiagnostic) -> Node {
    if let given = properties.tag, given != "!", given != Tag.prefix + tag { throw unknownTag(given, at: event.start) }
    let before = count
    if let anchor = properties.anchor { openAnchors.insert(anchor) }
    let node = Node(try body(&self), at: event.start, in: source)
    if let anchor = properties.anchor {
      openAnchors.remove(anchor)
      anchors[anchor] = (node, count - before + 1)
    }
    return node
  }

  private mutating func alias(_ name: String, at position: SourcePosition) throws(SourceDiagnostic) -> Node {
    if openAnchors.contains(name) {
      throw source.diagnostic(
        "'*\(name)' repeats the value it stands in", at: position, hints: ["remove '*\(name)', or the '&\(name)' above it"])
    }
    guard let target = anchors[name] else {
      throw source.diagnostic(
        "nothing above is called '&\(name)'", at: position,
        hints: ["if '*\(name)' is text, put it into quotes: `\"*\(name)\"`"])
    }
    try spend(target.size, at: position)
    return target.node
  }

  /// A finding about this document.
  func diagnostic(_ problem: String, at position: SourcePosition, hints: [String] = []) -> SourceDiagnostic {
    source.diagnostic(problem, at: position, hints: hints)
  }

  /// Counts what aliases repeat too: a few lines can stand for billions of values.
  private mutating func spend(_ nodes: Int, at position: SourcePosition) throws(SourceDiagnostic) {
    count += nodes
    guard count <= limits.nodes else {
      throw source.diagnostic("the file stands for more than \(limits.nodes) values", at: position)
    }
  }
}
