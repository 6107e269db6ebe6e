/// Why a text was not taken for a document, and where.
public struct XMLFault: Error, Equatable, CustomStringConvertible {
  /// What is wrong, in one line; never a piece of the text itself.
  public let message: String
  /// From 1; 0 when no place is meant.
  public let line: Int
  /// From 1, in bytes.
  public let column: Int

  /// The message with its place.
  public var description: String { line == 0 ? message : "\(message) (line \(line), column \(column))" }
}
