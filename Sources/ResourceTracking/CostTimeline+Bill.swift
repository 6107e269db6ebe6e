import FoundationEssentials
import TrainingModel

extension CostTimeline {
  /// The time from a row's beginning to its end; nil while it has none, and for what never ran.
  var whole: (start: Date, end: Date)? {
    let spans = existing + running
    guard let start = spans.map(\.start).min(), spans.allSatisfy({ $0.end != nil && !$0.isProvisional }),
      let end = spans.compactMap(\.end).max(), end > start
    else { return nil }
    return (start, end)
  }

  /// What the vendor has billed, in place of everything that was observed: one stretch at the rate that comes to that amount.
  func bill(of row: LedgerRow) -> CostInterval? {
    guard let billed, row.state.isOver, let (start, end) = whole, var meter = row.meters.first else { return nil }
    let milliseconds = CostArithmetic.milliseconds(end) - CostArithmetic.milliseconds(start)
    guard milliseconds > 0 else { return nil }
    meter.hourly = Money(billed.amount * 3_600_000 / Decimal(milliseconds), billed.currency)
    (meter.isCeiling, meter.source, meter.asOf, meter.minimumSeconds, meter.span) = (false, "the vendor's bill", nil, 0, .existing)
    return CostInterval(intent: row.intent, meterIndex: 0, meter: meter, start: start, end: end, quality: .billed)
  }
}
