import Basics
public import FoundationEssentials
public import ProviderKit
public import TrainingModel

extension SlurmProvider: BillingProvider {
  /// The accounts have an end within seconds; until they do they have no bill.
  public var billDelay: Duration { .zero }

  /// What the accounts say that a job had, each time that it was started, at the prices of the settings. Empty while it is not over there, without
  /// accounts, without a price, and where GPUs cost and the accounts do not count them.
  public func bills(of resource: ResourceID, from start: Date, to end: Date) async throws(ProviderError) -> [Bill] {
    guard settings.nodeHour != nil || settings.gpuHour != nil else { return [] }
    let cluster = try await cluster()
    guard cluster.keepsAccounts, settings.gpuHour == nil || cluster.countsGPUs else { return [] }
    return Self.bills(try await control.stretches(of: try Self.number(resource)), settings, from: start, to: end)
  }

  static func bills(_ stretches: [JobStretch], _ settings: SlurmSettings, from start: Date, to end: Date) -> [Bill] {
    // Numbers are given again in the course of years.
    let own = stretches.filter { $0.end.map { $0 >= start.addingTimeInterval(-60) } ?? true }.sorted { $0.start < $1.start }
    guard let last = own.last, own.allSatisfy({ $0.end != nil }) else { return [] }
    return own.map { stretch in
      // It is whole: the accounts know of its last end.
      let to = stretch == last ? max(stretch.end ?? end, end) : stretch.end ?? end
      return Bill(
        from: stretch.start, to: to,
        amount: stretch.cost(nodeHour: settings.nodeHour ?? 0, gpuHour: settings.gpuHour ?? 0, currency: settings.currency))
    }
  }
}
