/// A value that must never be printed: not by `print`, not by `dump`, not inside an error.
///
/// Read it with ``withExposed(_:)`` at the one place that hands it on.
public struct Secret: Sendable, Hashable, CustomStringConvertible, CustomDebugStringConvertible, CustomReflectable {
  private let value: String

  /// Wraps `value`.
  public init(_ value: String) { self.value = value }

  /// Hands the value to `body`, for as long as `body` runs.
  public func withExposed<Result>(_ body: (String) throws -> Result) rethrows -> Result { try body(value) }

  /// Always the same mark, whatever the value.
  public var description: String { "‹redacted›" }
  /// Always the same mark, whatever the value.
  public var debugDescription: String { description }
  /// Shows no children to `dump`.
  public var customMirror: Mirror { Mirror(self, children: []) }
}
