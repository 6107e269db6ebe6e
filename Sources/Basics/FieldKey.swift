/// The name of a field, as a key for coders.
///
/// The runtime builds a coder's containers anew for each type of key, at about a sixth of a millisecond each. Small records that every run
/// reads and writes share this one (docs/benchmarks.md, overhead-local).
public struct FieldKey: CodingKey, Hashable, Sendable, ExpressibleByStringLiteral {
  /// The name.
  public let stringValue: String
  /// Always nil: fields have names.
  public var intValue: Int? { nil }

  /// A field of that name.
  public init(stringValue: String) { self.stringValue = stringValue }
  /// Never: fields have names.
  public init?(intValue: Int) { nil }
  /// A field of that name.
  public init(stringLiteral value: String) { stringValue = value }
}
