/// How much of a document is taken before it is refused, so that no file can exhaust memory.
public struct DocumentLimits: Sendable {
  /// The most bytes of text.
  public var bytes: Int
  /// The most values, counting what aliases repeat.
  public var nodes: Int
  /// How deep lists and mappings may nest.
  public var depth: Int

  /// Limits far above any configuration written by hand.
  public init(bytes: Int = 1 << 20, nodes: Int = 100_000, depth: Int = 100) {
    self.bytes = bytes
    self.nodes = nodes
    self.depth = depth
  }
}
