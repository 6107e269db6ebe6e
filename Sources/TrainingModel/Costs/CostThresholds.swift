public import FoundationEssentials

/// When a report warns. The numbers are in US dollars, and are only compared with amounts in them.
public struct CostThresholds: Sendable, Equatable {
  /// All together, an hour; half of it is worth a note.
  public var hourly: Decimal = 50
  /// All together, a day at the present rate.
  public var daily: Decimal = 100
  /// All together, so far.
  public var accumulated: Decimal = 500
  /// One resource, an hour.
  public var resourceHourly: Decimal = 5
  /// One resource, so far.
  public var resourceAccumulated: Decimal = 10
  /// One resource, how long it may run.
  public var resourceAge: TimeInterval = 24 * 3_600

  /// The usual thresholds.
  public init() {}
}
