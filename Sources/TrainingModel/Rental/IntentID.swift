/// The id of one attempt to rent something: a UUIDv7 in lower case. It is written into the resource's tags, so that either leads to the other.
public struct IntentID: RawRepresentable, Sendable, Hashable, Codable, Comparable, CustomStringConvertible {
  /// The UUID.
  public let rawValue: String
  /// Wraps an id.
  public init(rawValue: String) { self.rawValue = rawValue }
  /// Wraps an id.
  public init(_ rawValue: String) { self.rawValue = rawValue }
  /// The UUID.
  public var description: String { rawValue }
  /// Older ids first.
  public static func < (left: IntentID, right: IntentID) -> Bool { left.rawValue < right.rawValue }
}
