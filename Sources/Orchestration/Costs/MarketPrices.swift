import FoundationEssentials
import ProviderKit
import ResourceTracking
import TrainingModel

/// Keeps what machines on the market cost in step with its prices. A vendor that does not answer leaves what is known.
struct MarketPrices {
  let tracker: ResourceTracker
  let now: @Sendable () -> Date

  /// A machine that runs is asked about once in this time, and once more when it has ended.
  static let interval: TimeInterval = 3_600
  /// Vendors forget prices after a while.
  private static let memory: TimeInterval = 90 * 86_400

  /// Asks a provider what its machines have cost since it was last asked, a question for all that stand at one place, and writes it down.
  func bringUp(_ filter: LedgerFilter, at provider: any TrainingProvider, _ id: ProviderID) async throws(LedgerError) {
    guard let market = provider as? any PriceHistory else { return }
    var filter = filter
    filter.providers = [id]
    let asked = now()
    let due = try tracker.spotGaps(filter, since: asked.addingTimeInterval(-Self.memory)).filter { Self.isDue($0, asked) }
    for (place, gaps) in Dictionary(grouping: due, by: \.row.place) {
      guard let start = gaps.map(\.from).min(), let changes = try? await market.prices(at: place, from: start, to: asked) else { continue }
      let prices = changes.map { SpotPrice(from: $0.from, hourly: $0.hourly) }
      try tracker.append(
        gaps.map { gap in
          let through = min(gap.until ?? asked, asked)
          return (gap.row.intent, .priced(Self.prices(prices, from: gap.from, through: through), through: through))
        })
    }
  }

  private static func isDue(_ gap: SpotGap, _ now: Date) -> Bool {
    guard gap.from < now else { return false }
    return gap.isFirst || gap.until != nil || now.timeIntervalSince(gap.from) >= interval
  }

  /// The price that held at a time's beginning, and those that came within it.
  private static func prices(_ all: [SpotPrice], from: Date, through: Date) -> [SpotPrice] {
    all.filter { $0.from <= from }.suffix(1) + all.filter { $0.from > from && $0.from <= through }
  }
}
