/// Keys and their values, in the order of the file.
public struct Mapping: Sendable {
  /// A key, where it stood, and its value.
  public struct Entry: Sendable {
    /// The key's text.
    public var key: String
    /// Where the key begins.
    public var keyPosition: SourcePosition
    /// What it stands for.
    public var value: Node

    /// A finding about the key.
    public func diagnostic(_ problem: String, hints: [String] = []) -> SourceDiagnostic {
      value.source.diagnostic(problem, at: keyPosition, hints: hints)
    }
  }

  /// The entries in the order of the file.
  public private(set) var entries: [Entry] = []
  private var places: [String: Int] = [:]

  /// No entry.
  public init() {}

  /// The keys in the order of the file.
  public var keys: [String] { entries.map(\.key) }

  /// The entry with that key.
  public func entry(_ key: String) -> Entry? { places[key].map { entries[$0] } }

  /// The value of that key.
  public subscript(key: String) -> Node? { entry(key)?.value }

  /// Sets a key: a known one keeps its place in the order, a new one comes last.
  public mutating func set(_ key: String, at keyPosition: SourcePosition = .start, to value: Node) {
    let entry = Entry(key: key, keyPosition: keyPosition, value: value)
    if let place = places[key] {
      entries[place] = entry
    } else {
      places[key] = entries.count
      entries.append(entry)
    }
  }
}
