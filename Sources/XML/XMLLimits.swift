/// How large a document may be that somebody else wrote.
public struct XMLLimits: Sendable, Equatable {
  /// Bytes in all.
  public var bytes: Int
  /// Elements inside elements.
  public var depth: Int

  /// 64 MiB, and 64 elements deep, unless told.
  public init(bytes: Int = 64 << 20, depth: Int = 64) {
    self.bytes = bytes
    self.depth = depth
  }
}
