/// An element of an answer: its text, and what stands inside it. Prefixes and attributes mean nothing in AWS's answers and are left out.
public struct XMLNode: Sendable, Equatable {
  /// Without a prefix.
  public var name: String
  /// As written; blanks between elements are not kept.
  public var text: String
  /// In order.
  public var children: [XMLNode]

  /// An element.
  public init(_ name: String, text: String = "", children: [XMLNode] = []) {
    self.name = name
    self.text = text
    self.children = children
  }

  /// The first element of that name inside; nil when there is none.
  public subscript(name: String) -> XMLNode? { children.first { $0.name == name } }

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
