import FoundationEssentials
import TrainingModel

extension CostTimeline {
  /// What a row's meters ran, cut where a rate or its certainty changes. A stretch that ended lasts at least the vendor's minimum.
  func intervals(of row: LedgerRow) -> [CostInterval] {
    if let bill = bill(of: row) { return [bill] }
    return row.meters.enumerated().flatMap { index, meter in
      (meter.span == .running ? running : existing).flatMap { span in pieces(of: span, meter, index, row.intent) }
    }
  }

  private func pieces(of span: Span, _ meter: Meter, _ index: Int, _ intent: IntentID) -> [CostInterval] {
    let end = span.end.map { max($0, span.start.addingTimeInterval(Double(meter.minimumSeconds))) }
    var cuts = [span.start]
    let isSpot = meter.isCeiling && !prices.isEmpty
    let changes = [span.sureFrom, span.sureUntil] + (isSpot ? prices.map(\.from) + [pricedThrough] : [])
    // What is charged at least beyond the end is one piece: another span may begin there.
    cuts += Set(changes.compactMap { $0 }).filter { $0 > span.start && $0 < span.end ?? .distantFuture }.sorted()
    return cuts.indices.compactMap { position in
      let start = cuts[position]
      let stop = position + 1 < cuts.count ? cuts[position + 1] : end
      guard stop != start else { return nil }
      let (charged, isKnown) = isSpot ? spot(meter, at: start, in: span) : (meter, !meter.isCeiling)
      let isSure = isKnown && start >= span.sureFrom ?? start && (span.sureUntil.map { start < $0 } ?? true)
      return CostInterval(
        intent: intent, meterIndex: index, meter: charged, start: start, end: stop, quality: isSure ? .observed : .estimated)
    }
  }
}
