public import FoundationEssentials
public import TrainingModel

/// From stretches in which meters ran to charges, a day each.
///
/// Times count in whole milliseconds. The pieces of a stretch add up to it exactly, and rates are not multiplied here: see `CostSum`.
public enum CostSplitting {
  /// The charges of one ledger row, in the order of their days.
  ///
  /// - Parameters:
  ///   - row: whose they are.
  ///   - intervals: its intervals; those of one meter that follow each other without a gap are one stretch, for which the vendor's minimum counts once.
  ///   - now: where an interval that has no end is cut.
  ///   - days: only these days.
  public static func charges(
    of row: LedgerRow, _ intervals: [CostInterval], now: Date, days: Range<UTCDay>? = nil
  ) -> [CostCharge] {
    let subject = CostSubject(row)
    return intervals.sorted { ($0.meterIndex, $0.start) < ($1.meterIndex, $1.start) }.stretches
      .flatMap { charged($0, now: now) }
      .flatMap { pieces($0, subject) }
      .filter { days?.contains($0.day) ?? true }
      .sorted { ($0.day, $0.start) < ($1.day, $1.start) }
  }

  /// An interval with an end, in milliseconds since 1970.
  private struct Piece {
    let interval: CostInterval
    let start: Int64
    let end: Int64
  }

  /// Ends open intervals now, and draws the last of a stretch out to the vendor's minimum.
  private static func charged(_ stretch: ArraySlice<CostInterval>, now: Date) -> [Piece] {
    guard let first = stretch.first else { return [] }
    let least = milliseconds(first.start) + first.meter.minimumSeconds * 1_000
    return stretch.indices.compactMap { index in
      let interval = stretch[index]
      let start = milliseconds(interval.start)
      let end = max(start, milliseconds(interval.end ?? max(now, interval.start)))
      let isLast = index == stretch.indices.last
      let drawn = isLast ? max(end, least) : end
      return drawn > start ? Piece(interval: interval, start: start, end: drawn) : nil
    }
  }

  /// Cuts at every midnight, UTC.
  private static func pieces(_ piece: Piece, _ subject: CostSubject) -> [CostCharge] {
    var charges: [CostCharge] = []
    var from = piece.start
    while from < piece.end {
      let to = min(piece.end, milliseconds(UTCDay(date(from)).end))
      charges.append(
        CostCharge(
          subject: subject, meter: piece.interval.meter, start: date(from), end: date(to), milliseconds: to - from,
          quality: piece.interval.quality))
      from = to
    }
    return charges
  }

  private static func milliseconds(_ date: Date) -> Int64 { Int64((date.timeIntervalSince1970 * 1_000).rounded()) }
  private static func date(_ milliseconds: Int64) -> Date { Date(timeIntervalSince1970: Double(milliseconds) / 1_000) }
}

extension Array where Element == CostInterval {
  /// Sorted intervals, those of one meter that touch taken together.
  fileprivate var stretches: [ArraySlice<CostInterval>] {
    var result: [ArraySlice<CostInterval>] = []
    var begin = startIndex
    for index in indices.dropFirst() {
      let (before, after) = (self[index - 1], self[index])
      if before.meterIndex == after.meterIndex, before.end == after.start { continue }
      result.append(self[begin..<index])
      begin = index
    }
    if begin < endIndex { result.append(self[begin..<endIndex]) }
    return result
  }
}
