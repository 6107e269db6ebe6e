public import FoundationEssentials
public import TrainingModel

/// What one row has cost: what has ended, added up, and what runs.
public struct RowCost: Sendable, Equatable {
  /// Ended intervals, a total for each currency; keyless.
  public var ended: [CostTotal] = []
  /// Intervals without an end.
  public var running: [CostInterval] = []

  /// All of it until a moment; nil when nothing ever ran, or in several currencies.
  public func amount(now: Date) -> RunCost? { Self.amount([self], now: now) }

  /// Several rows together until a moment; nil when nothing ever ran, or in several currencies.
  public static func amount(_ costs: some Sequence<RowCost>, now: Date) -> RunCost? {
    var parts: [(currency: String?, nanos: Int64, isUnknown: Bool, quality: CostQuality)] = []
    for cost in costs {
      parts += cost.ended.map { ($0.currency.isEmpty ? nil : $0.currency, $0.nanos, $0.unpricedMilliseconds > 0, $0.quality) }
      parts += cost.running.map { interval in
        let nanos = CostArithmetic.daily(interval, until: now).reduce(0) { $0 + ($1.nanos ?? 0) }
        return (interval.meter.hourly?.currency, nanos, interval.meter.hourly == nil, interval.quality)
      }
    }
    let currencies = Set(parts.compactMap(\.currency))
    guard let quality = parts.map(\.quality).min(), currencies.count <= 1 else { return nil }
    let amount = CostArithmetic.money(nanos: parts.reduce(0) { $0 + $1.nanos }, currency: currencies.first ?? "USD")
    return RunCost(amount: amount, hasUnknown: parts.contains(where: \.isUnknown), quality: quality)
  }
}
