/// A run's id in this home, such as `rp_0001`.
public struct RunID: RawRepresentable, Sendable, Hashable, Codable, Comparable, CustomStringConvertible {
  /// The id as typed and as the folder is named.
  public let rawValue: String
  /// Wraps an id; its form is the store's business.
  public init(rawValue: String) { self.rawValue = rawValue }
  /// Wraps an id; its form is the store's business.
  public init(_ rawValue: String) { self.rawValue = rawValue }
  /// The id as typed.
  public var description: String { rawValue }
  /// Shorter ids first, so that `rp_9999` comes before `rp_10000`.
  public static func < (left: RunID, right: RunID) -> Bool {
    (left.rawValue.utf8.count, left.rawValue) < (right.rawValue.utf8.count, right.rawValue)
  }
}

/// The name under which users know a provider, such as `local`: a key of providers.toml.
public struct ProviderID: RawRepresentable, Sendable, Hashable, Codable, Comparable, CustomStringConvertible, ExpressibleByStringLiteral {
  /// The name as typed.
  public let rawValue: String
  /// Wraps a name.
  public init(rawValue: String) { self.rawValue = rawValue }
  /// Wraps a name.
  public init(_ rawValue: String) { self.rawValue = rawValue }
  /// Wraps a name.
  public init(stringLiteral value: String) { rawValue = value }
  /// The name as typed.
  public var description: String { rawValue }
  /// By spelling.
  public static func < (left: ProviderID, right: ProviderID) -> Bool { left.rawValue < right.rawValue }
}
