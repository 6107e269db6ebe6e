public import FoundationEssentials

/// How sure a cost is.
public enum CostQuality: String, Sendable, Codable, CaseIterable, Comparable {
  /// From what was known before, or from tags.
  case estimated
  /// From the times at which we and the provider saw it.
  case observed
  /// From the vendor's bill.
  case billed

  /// The less sure, the smaller.
  public static func < (left: CostQuality, right: CostQuality) -> Bool { left.rank < right.rank }
  private var rank: Int { Self.allCases.firstIndex(of: self) ?? 0 }
}

/// A stretch of time in which one meter of one resource ran: what all money is summed from.
public struct CostInterval: Sendable, Codable, Equatable {
  /// Whose meter.
  public var intent: IntentID
  /// Its place among the row's meters.
  public var meterIndex: Int
  /// The meter, with the rate of this stretch: a spot price that changed begins another.
  public var meter: Meter
  /// When it began.
  public var start: Date
  /// When it ended; nil while it runs.
  public var end: Date?
  /// How sure both are.
  public var quality: CostQuality

  /// A stretch.
  public init(intent: IntentID, meterIndex: Int, meter: Meter, start: Date, end: Date?, quality: CostQuality) {
    self.intent = intent
    self.meterIndex = meterIndex
    self.meter = meter
    self.start = start
    self.end = end
    self.quality = quality
  }
}
