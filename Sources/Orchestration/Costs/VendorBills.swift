import FoundationEssentials
import ProviderKit
import ResourceTracking
import TrainingModel

/// Replaces what was observed by what a vendor has billed, where it tells. A vendor that does not answer leaves what is known.
struct VendorBills {
  let tracker: ResourceTracker
  let now: @Sendable () -> Date

  /// What nobody has billed for so long is not asked about any more.
  private static let memory: TimeInterval = 60 * 86_400
  /// Each costs a request.
  private static let most = 20

  /// Asks a provider for the bills of machines that are over, a few at a time, and writes them down.
  func bringUp(at provider: any TrainingProvider, _ id: ProviderID) async throws(LedgerError) {
    guard let vendor = provider as? any BillingProvider else { return }
    let asked = now()
    let due = try tracker.unbilled(
      at: id, since: asked.addingTimeInterval(-Self.memory),
      endedBefore: asked.addingTimeInterval(-Double(vendor.billDelay.components.seconds)))
    for one in due.suffix(Self.most) {
      guard let machine = one.row.resource else { continue }
      do throws(ProviderError) {
        // It may have been started, and started again, before anybody looked.
        let bills = try await vendor.bills(of: machine, from: min(one.start, one.row.createdAt), to: one.end)
        guard let amount = Self.whole(bills, of: one, at: asked) else { continue }
        _ = try? tracker.billed(one.row.intent, amount)
      } catch {
        // What refuses one question refuses the next: later commands ask again.
        return
      }
    }
  }

  /// The sum of bills that reach to the end; nil when a part may be missing. A day later none is: the end was seen later than it came then.
  static func whole(_ bills: [Bill], of one: UnbilledRow, at asked: Date) -> Money? {
    guard let first = bills.first, let last = bills.last,
      last.to >= one.end.addingTimeInterval(-60) || asked.timeIntervalSince(one.end) >= 86_400,
      bills.allSatisfy({ $0.amount.currency == first.amount.currency })
    else { return nil }
    return Money(bills.reduce(0) { $0 + $1.amount.amount }, first.amount.currency)
  }
}
