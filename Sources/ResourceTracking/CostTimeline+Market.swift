import FoundationEssentials
import TrainingModel

extension CostTimeline {
  /// The time for which the market's price of a row is still to be asked; nil for none.
  func gap(of row: LedgerRow) -> SpotGap? {
    guard row.place.market == .spot, row.meters.contains(where: \.isCeiling), let first = running.first, let last = running.last else {
      return nil
    }
    let from = max(pricedThrough ?? first.start, first.start)
    // Also what ended in the second in which it began is charged for.
    if let end = last.end, let through = pricedThrough, end <= through { return nil }
    return SpotGap(row: row, from: from, until: last.end, isFirst: pricedThrough == nil)
  }

  /// A meter with the market's price at a moment of a span; the ceiling where that is not known.
  func spot(_ meter: Meter, at moment: Date, in span: Span) -> (meter: Meter, isKnown: Bool) {
    guard let price = prices.last(where: { $0.from <= moment }) else { return (meter, false) }
    var meter = meter
    meter.hourly = price.hourly
    meter.isCeiling = false
    meter.source = "spot price history"
    meter.asOf = nil
    // What the vendor charges at least comes after the end, and nobody asks for prices of that time.
    guard let through = pricedThrough else { return (meter, false) }
    return (meter, moment < through || span.end.map { $0 <= through } ?? false)
  }

  mutating func price(_ changes: [SpotPrice], _ through: Date) {
    var merged: [Date: SpotPrice] = [:]
    for price in prices + changes { merged[price.from] = price }
    prices = merged.values.sorted { $0.from < $1.from }
    pricedThrough = max(pricedThrough ?? through, through)
  }
}
