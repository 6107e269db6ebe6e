import Basics

/// Reads the keys of one mapping, remembers which it was asked for, and reports the rest as unknown.
///
/// A wrong value is noted with the collector and read as nil: reading goes on, so that all errors are found at once.
/// A key whose value is empty (`image:`) counts as not given.
public struct MappingReader {
  /// How messages call the mapping: "" for a whole file, else such as "resources".
  public let path: String
  /// The mapping itself, for findings about it as a whole.
  public let node: Node
  /// The entries in the order of the file.
  public let mapping: Mapping
  private let collector: DiagnosticCollector
  private var known: Set<String> = []

  /// A reader of `node`; nil, with a finding, when it is no mapping.
  /// - Parameter name: what messages call a whole file, when `path` is empty.
  public init?(_ node: Node, path: String = "", name: String = "the file", collector: DiagnosticCollector) {
    guard let mapping = collector.attempt({ () throws(SourceDiagnostic) in try node.mapping(path.isEmpty ? name : path) }) else {
      return nil
    }
    self.node = node
    self.path = path
    self.mapping = mapping
    self.collector = collector
  }

  /// The full name of a key, as messages call it.
  public func name(_ key: String) -> String { path.isEmpty ? key : "\(path).\(key)" }

  /// Whether `key` was asked for.
  public func wasAsked(_ key: String) -> Bool { known.contains(key) }

  /// The value of `key`, unless it is missing or empty.
  public mutating func node(_ key: String) -> Node? {
    known.insert(key)
    guard let node = mapping[key], !node.isNull else { return nil }
    return node
  }

  /// The value of `key` as `body` reads it; nil when it is missing, empty or wrong.
  public mutating func read<Value>(_ key: String, _ body: (Node, String) throws(SourceDiagnostic) -> Value) -> Value? {
    guard let node = node(key) else { return nil }
    return collector.attempt { () throws(SourceDiagnostic) in try body(node, name(key)) }
  }

  /// A scalar as it was written.
  public mutating func text(_ key: String) -> String? {
    read(key) { (node, what) throws(SourceDiagnostic) in try node.text(what) }
  }

  /// A boolean.
  public mutating func bool(_ key: String) -> Bool? {
    read(key) { (node, what) throws(SourceDiagnostic) in try node.bool(what) }
  }

  /// A whole number.
  public mutating func int(_ key: String) -> Int64? {
    read(key) { (node, what) throws(SourceDiagnostic) in try node.int(what) }
  }

  /// A list of scalars.
  public mutating func texts(_ key: String) -> [String]? {
    read(key) { (node, what) throws(SourceDiagnostic) in try node.texts(what) }
  }

  /// A reader of the mapping under `key`.
  public mutating func reader(_ key: String) -> MappingReader? {
    guard let node = node(key) else { return nil }
    return MappingReader(node, path: name(key), collector: collector)
  }

  /// Reports every key that was never asked for, with the nearest one that was.
  /// - Parameter alsoKnown: keys that are right but were read elsewhere.
  public func finish(alsoKnown: [String] = []) {
    let all = known.union(alsoKnown)
    for entry in mapping.entries where !all.contains(entry.key) {
      let nearest = Suggestion.nearest(to: entry.key, among: all.sorted())
      let place = path.isEmpty ? "" : " in '\(path)'"
      let hint = nearest.map { "did you mean '\($0)'?" } ?? "known keys: \(all.sorted().joined(separator: ", "))"
      collector.add(entry.diagnostic("unknown key '\(entry.key)'\(place)", hints: [hint]))
    }
  }
}
