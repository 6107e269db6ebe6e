/// An element of a document: its text, and what stands inside it. Prefixes and attributes mean nothing in the answers of web services
/// that are read here, and are left out.
public struct XMLNode: Sendable, Equatable {
  /// Without a prefix.
  public var name: String
  /// As written, of an element that holds no other; blanks between elements are not kept.
  public var text: String
  /// In order.
  public var children: [XMLNode]

  /// An element.
  public init(_ name: String, text: String = "", children: [XMLNode] = []) {
    self.name = name
    self.text = text
    self.children = children
  }

  /// The root of a document in UTF-8, read whole.
  ///
  /// - Throws: ``XMLFault`` for what is no XML, for what is deeper or longer than `limits`, and for every document type declaration: those can
  ///   name files and grow without end.
  public static func parse(_ bytes: some Sequence<UInt8>, limits: XMLLimits = XMLLimits()) throws(XMLFault) -> XMLNode {
    try TreeBuilder(limits).parse(Array(bytes))
  }

  /// The first element of that name inside; nil when there is none.
  public subscript(name: String) -> XMLNode? { children.first { $0.name == name } }

  /// Every element of that name inside, in order.
  public func all(_ name: String) -> [XMLNode] { children.filter { $0.name == name } }

  /// The elements inside a list: `<tagSet><item/>…</tagSet>`, or `<member/>` in the older flavour.
  public func items(_ list: String) -> [XMLNode] {
    self[list]?.children.filter { $0.name == "item" || $0.name == "member" } ?? []
  }

  /// The text of an element inside; nil when it is absent or empty.
  public func text(_ name: String) -> String? {
    guard let text = self[name]?.text, !text.isEmpty else { return nil }
    return text
  }
}
