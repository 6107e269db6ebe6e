import Basics
import ControlAPI
import FoundationEssentials
import ProviderKit
import ResourceTracking
import TrainingModel

/// A live look at every provider that rents, compared with the ledger, and written down. Creates and destroys nothing.
struct ResourceSurvey {
  let world: RunOrchestrator.World
  let tracker: ResourceTracker
  let owner: @Sendable () throws -> String?

  /// What one look found.
  struct Finding {
    /// What is live and not ours, by provider.
    var strangers: [(resource: Resource, standing: Standing)] = []
    /// What is live and ours, by the provider's name for it.
    var live: [ResourceID: Resource] = [:]
    /// Providers whose listing was complete.
    var complete: Set<ProviderID> = []
    /// When each was asked.
    var askedAt: [ProviderID: Date] = [:]
    /// Providers that did not answer in full.
    var gaps: [ProviderGap] = []
    /// Runs whose mailbox did not answer, and those that their scheduler may have put back to wait: nobody is heard of them, and they may be alive.
    var doubtful: Set<String> = []
    /// What changed, in words.
    var changes: [String] = []
  }

  /// Asks the providers (all that rent when `only` is empty) and brings the ledger up to what they say.
  /// - Parameter scope: `.managed`, or `.everything` to see strangers too.
  func look(_ scope: ListingScope, only: [String] = []) async throws -> Finding {
    var finding = Finding()
    let asked = world.registry.entries.filter { $0.descriptor.isRented && (only.isEmpty || only.contains($0.settings.id.rawValue)) }
    for answer in try await answers(of: asked.map(\.settings.id), scope) {
      let id = answer.id
      do {
        guard let (provider, listing) = try answer.listing.get() else { continue }
        finding.askedAt[id] = answer.askedAt
        try await take(listing, provider, id, &finding)
        try await MarketPrices(tracker: tracker, now: world.now).bringUp(LedgerFilter(), at: provider, id)
        try await VendorBills(tracker: tracker, now: world.now).bringUp(at: provider, id)
      } catch let error as ProviderError {
        finding.gaps.append(ProviderGap(provider: id, message: error.message, hints: error.hints))
      }
    }
    return finding
  }

  /// What one provider has answered; nil for one that rents nothing.
  private struct Answer: Sendable {
    var id: ProviderID
    var askedAt: Date
    var listing: Result<(any RentingProvider, ResourcePage)?, ProviderError>
  }

  /// Asks all at once: it takes as long as the slowest.
  private func answers(of ids: [ProviderID], _ scope: ListingScope) async throws -> [Answer] {
    try await withThrowingTaskGroup(of: (Int, Answer).self) { group in
      for (index, id) in ids.enumerated() {
        group.addTask {
          let askedAt = world.now()
          do {
            guard let provider = try world.registry.provider(id) as? any RentingProvider else {
              return (index, Answer(id: id, askedAt: askedAt, listing: .success(nil)))
            }
            let listing = try await ResourceDriver.listing(scope, provider)
            return (index, Answer(id: id, askedAt: askedAt, listing: .success((provider, listing))))
          } catch let error as ProviderError {
            return (index, Answer(id: id, askedAt: askedAt, listing: .failure(error)))
          }
        }
      }
      return try await group.reduce(into: []) { $0.append($1) }.sorted { $0.0 < $1.0 }.map(\.1)
    }
  }

  // MARK: one provider

  /// Writes down what a listing proves.
  /// - Parameter isMeant: whether a row would be in the listing if it lives.
  func take(
    _ listing: ResourcePage, _ provider: any RentingProvider, _ id: ProviderID, _ finding: inout Finding,
    about isMeant: (LedgerRow) -> Bool = { _ in true }
  ) async throws {
    if listing.isComplete {
      finding.complete.insert(id)
    } else {
      finding.gaps.append(ProviderGap(provider: id, message: listing.gaps.joined(separator: "; ")))
    }
    var reconciler = Reconciler(
      installation: try world.installation(), now: world.now(), window: provider.consistencyWindow.inSeconds)
    reconciler.mayWaitAgain = provider.restartCounter != nil
    let found = reconciler.compare(try tracker.rows(at: id, namedBy: listing.resources), listing.resources)
    for step in found.steps { try write(step, &finding) }
    try tracker.seen(found.seen)
    for match in found.known {
      finding.live[match.resource.id] = match.resource
      if reconciler.mayWaitAgain, match.resource.state == .starting, let run = match.resource.runUID { finding.doubtful.insert(run) }
    }
    for find in found.adoptable {
      let disk = try RentedDisk(find.resource, tracker)
      // The row of its machine pays for it.
      if disk?.isPartOfMachine == true { continue }
      try adopt(find.resource, id, isForeign: false, continues: find.continues)
      finding.live[find.resource.id] = find.resource
      finding.changes.append("\(find.resource.kind) \(find.resource.id) carries this home's tags and was not in the ledger; it is now")
    }
    finding.strangers += found.another.map { ($0, .another) } + found.foreign.map { ($0, .foreign) }
    let missing = found.unlisted.filter(isMeant)
    if !missing.isEmpty { try await lookFor(missing, listing, reconciler, provider, id, &finding) }
  }

  /// Rows that a listing does not show: each is asked for, where it can be.
  private func lookFor(
    _ rows: [LedgerRow], _ listing: ResourcePage, _ reconciler: Reconciler, _ provider: any RentingProvider, _ id: ProviderID,
    _ finding: inout Finding
  ) async throws {
    let unanswered = listing.isComplete || !listing.unanswered.isEmpty ? listing.unanswered : nil
    let coverage = ListingCoverage(account: try await provider.account().id, regions: provider.listedRegions, unanswered: unanswered)
    let absence = reconciler.absent(rows, coverage)
    for step in absence.steps { try write(step, &finding) }
    for row in absence.toAsk {
      guard let resource = row.resource else { continue }
      if let step = reconciler.answered(row, try await provider.status(of: resource)) { try write(step, &finding) }
    }
    let places = Set(absence.elsewhere.map { "account \($0.place.account), \($0.place.region)" })
    guard !places.isEmpty else { return }
    finding.gaps.append(
      ProviderGap(
        provider: id, message: "nobody looked at what was rented in \(places.sorted().joined(separator: "; "))",
        hints: ["use the credentials of that account, and name its region among `regions` in providers.toml"]))
  }

  /// Writes one step down, unless another process was faster.
  private func write(_ step: Reconciliation.Step, _ finding: inout Finding) throws {
    do {
      guard let intent = step.intent else {
        try tracker.append([(nil, step.change)])
        return
      }
      let before = try tracker.row(intent)
      try tracker.append([(intent, step.change)])
      guard let words = step.words, let row = try tracker.row(intent) else { return }
      // The first word of an end is none yet.
      if step.isWordOfEnd, before?.state.isOver != false || !row.state.isOver { return }
      let name = row.resource.map { "\(row.kind) \($0)" } ?? "the request of intent \(intent)"
      finding.changes.append("\(name) \(words)")
    } catch {
      guard case .refused = error else { throw error }
    }
  }

  /// Writes a live resource into the ledger.
  /// - Parameter continues: the row that goes on with it; nil takes the one that its tags name, when it may.
  func adopt(_ resource: Resource, _ provider: ProviderID, isForeign: Bool, continues: IntentID? = nil) throws {
    let now = world.now()
    var chance = SystemRandomNumberGenerator()
    let place =
      resource.place ?? RentalPlace(provider: provider, account: "", region: "", machine: resource.kind)
    var intent = IntentID(UUID.v7(at: now, using: &chance).uuidString.lowercased())
    if let continues {
      intent = continues
    } else if let named = resource.intent {
      // A row that has another resource, or lives, is not this one's.
      let known = try tracker.row(named)
      if resource.kind == "machine", known == nil || known?.isForgotten == true && known?.resource == resource.id { intent = named }
    }
    var row = LedgerRow.adopting(
      resource, place: place, intent: intent, owner: try resource.owner ?? owner() ?? "",
      installation: try world.installation(), isForeign: isForeign, now: now)
    if let disk = try RentedDisk(resource, tracker) {
      row.inherit(from: disk.parent)
      if disk.isBootDisk { row.launchedAt = disk.parent.endedAt ?? disk.parent.goneSaidAt ?? now }
    }
    try tracker.adopt(row)
  }
}
