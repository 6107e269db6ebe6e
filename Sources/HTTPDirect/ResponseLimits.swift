/// How much of an answer's framing is taken before it is called nonsense.
public struct ResponseLimits: Sendable, Equatable {
  /// Status line and header fields together.
  public var headBytes = 64 << 10
  /// Header lines.
  public var fieldCount = 256
  /// One chunk's size line with its extensions, and all trailers together.
  public var chunkLineBytes = 8 << 10
  /// Answers of status 1xx before the real one.
  public var interimHeads = 16

  /// Limits that no honest server meets.
  public init() {}
}
