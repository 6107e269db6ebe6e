/// A place in a text. Lines and columns count from 1; columns count Unicode scalars, as most editors do.
public struct SourcePosition: Sendable, Hashable, Comparable, CustomStringConvertible {
  /// The line, from 1.
  public var line: Int
  /// The column in Unicode scalars, from 1.
  public var column: Int

  /// The place at `line` and `column`.
  public init(line: Int, column: Int) {
    self.line = line
    self.column = column
  }

  /// The first character of a text.
  public static let start = SourcePosition(line: 1, column: 1)

  /// "3:14".
  public var description: String { "\(line):\(column)" }

  /// By line, then by column.
  public static func < (left: SourcePosition, right: SourcePosition) -> Bool { (left.line, left.column) < (right.line, right.column) }
}
