import FoundationEssentials

/// What costs money at this moment, and what that comes to when nothing changes.
public struct Burning: Sendable, Equatable {
  /// Hours in a day, a week and an average month (365 × 24 ÷ 12), as vendors count.
  public static let hours: (day: Int64, week: Int64, month: Int64) = (24, 168, 730)

  /// Rates of meters that run, added up by currency.
  public private(set) var hourly = CostSum()
  /// Resources with a meter that runs.
  public private(set) var resources = 0
  /// Meters that run at a rate nobody knows.
  public private(set) var unpricedMeters = 0

  /// What `open` rows cost in an hour.
  /// - Parameter open: rows with those of their intervals that have no end.
  public init(_ open: [(row: LedgerRow, intervals: [CostInterval])]) {
    for (_, intervals) in open {
      let running = intervals.filter { $0.end == nil }
      if running.isEmpty { continue }
      resources += 1
      for interval in running {
        if interval.meter.hourly == nil { unpricedMeters += 1 }
        hourly.add(rate: interval.meter.hourly, milliseconds: CostSum.millisecondsAnHour, quality: interval.quality)
      }
    }
  }

  /// What so many hours like this one cost.
  public func amounts(hours: Int64) -> [Money] { hourly.amounts.map { Money($0.amount * Decimal(hours), $0.currency) } }
}
