/// One thing a resource is charged for, at the rate that was true when it was rented. The rate stays when catalogues change.
public struct Meter: Sendable, Codable, Hashable {
  /// What is charged.
  public enum Kind: String, Sendable, Codable, CaseIterable {
    case compute
    case disk
    /// A public IPv4 address.
    case address
    /// Objects in a store, snapshots.
    case storage
  }
  /// When it runs.
  public enum Span: String, Sendable, Codable {
    /// Only while the machine runs.
    case running
    /// From creation to the end, stopped or not.
    case existing
  }
  /// What is charged.
  public var kind: Kind
  /// In words: "g4dn.xlarge, on demand", "100 GB gp3".
  public var name: String
  /// Per hour; nil is unknown, which is not nothing.
  public var hourly: Money?
  /// Whether `hourly` is the most it may cost, not what it does: a spot ceiling.
  public var isCeiling: Bool
  /// Where the rate comes from.
  public var source: String?
  /// The day of the rate, `2026-07-20`.
  public var asOf: String?
  /// The vendor charges at least this long.
  public var minimumSeconds: Int64
  /// When it runs.
  public var span: Span

  /// A meter.
  public init(
    _ kind: Kind, _ name: String, hourly: Money?, isCeiling: Bool = false, source: String? = nil, asOf: String? = nil,
    minimumSeconds: Int64 = 0, span: Span = .existing
  ) {
    self.kind = kind
    self.name = name
    self.hourly = hourly
    self.isCeiling = isCeiling
    self.source = source
    self.asOf = asOf
    self.minimumSeconds = minimumSeconds
    self.span = span
  }

  /// With a ceiling that is no higher than what is allowed at most; what is no ceiling stays as it is.
  public func capped(at most: Money?) -> Meter {
    guard isCeiling, let most, hourly.map({ $0.currency == most.currency && $0 > most }) ?? true else { return self }
    var meter = self
    (meter.hourly, meter.source, meter.asOf) = (most, "the run's max_price", nil)
    return meter
  }
}
