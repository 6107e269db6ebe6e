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
    /// What changed, in words.
    var changes: [String] = []
  }

  /// Asks the providers (all that rent when `only` is empty) and brings the ledger up to what they say.
  /// - Parameter scope: `.managed`, or `.everything` to see strangers too.
  func look(_ scope: ListingScope, only: [String] = []) async throws -> Finding {
    var finding = Finding()
    for entry in world.registry.entries where entry.descriptor.isRented && (only.isEmpty || only.contains(entry.settings.id.rawValue)) {
      let id = entry.settings.id
      do {
        guard let provider = try world.registry.provider(id) as? any RentingProvider else { continue }
        let asked = world.now()
        let listing = try await ResourceDriver.listing(scope, provider)
        finding.askedAt[id] = asked
        if listing.isComplete {
          finding.complete.insert(id)
        } else {
          finding.gaps.append(ProviderGap(provider: id, message: listing.gaps.joined(separator: "; ")))
        }
        try reconcile(listing, id, provider.consistencyWindow, &finding)
      } catch let error as ProviderError {
        finding.gaps.append(ProviderGap(provider: id, message: error.message, hints: error.hints))
      }
    }
    return finding
  }

  // MARK: one provider

  private func reconcile(_ listing: ResourcePage, _ provider: ProviderID, _ window: Duration, _ finding: inout Finding) throws {
    let rows = try tracker.rows(at: provider, namedBy: listing.resources)
    let byResource = Dictionary(rows.compactMap { row in row.resource.map { ($0, row) } }) { first, _ in first }
    let byIntent = Dictionary(rows.map { ($0.intent, $0) }) { first, _ in first }
    let installation = try world.installation()
    var matched: Set<IntentID> = []
    var seen: [IntentID] = []
    for resource in listing.resources {
      if let row = byResource[resource.id] ?? resource.intent.flatMap({ byIntent[$0] }), !row.isForgotten {
        matched.insert(row.intent)
        if resource.state != .gone { finding.live[resource.id] = resource }
        if try update(row, resource, window, &finding) { seen.append(row.intent) }
      } else if resource.state != .gone {
        try stranger(resource, provider, installation, &finding)
      }
    }
    try tracker.seen(seen)
    guard listing.isComplete else { return }
    for row in rows where !matched.contains(row.intent) && !row.state.isOver && !row.isForgotten { try missing(row, window, &finding) }
  }

  /// - Returns: whether it lives.
  private func update(_ row: LedgerRow, _ live: Resource, _ window: Duration, _ finding: inout Finding) throws -> Bool {
    let name = live.id.rawValue
    if row.resource == nil {
      try tracker.confirmed(row.intent, live.id, launchedAt: live.launchedAt)
      finding.changes.append("\(live.kind) \(name) was made by a request whose answer was lost; it is in the ledger now")
    }
    let state = try tracker.row(row.intent)?.state ?? row.state
    switch live.state {
    case .gone:
      guard !row.state.isOver else { return false }
      let word = ProvidersWord(endedAt: live.endedAt, ran: live.launchedAt.map { _ in true }, window: window.inSeconds)
      let after = try tracker.saidGone(row.intent, word)
      if after.state == .absent { finding.changes.append("\(live.kind) \(name) is gone") }
      return false
    case .running:
      if state == .observed { try tracker.ready(row.intent) }
      if state == .stopped { try tracker.started(row.intent) }
    case .stopped:
      if state == .observed || state == .ready {
        try tracker.stopped(row.intent, since: live.endedAt)
        finding.changes.append("\(live.kind) \(name) was stopped")
      }
    case .starting, .stopping: break
    }
    return true
  }

  /// What is live and in no row.
  private func stranger(_ resource: Resource, _ provider: ProviderID, _ installation: String, _ finding: inout Finding) throws {
    guard let made = resource.installation else {
      finding.strangers.append((resource, .foreign))
      return
    }
    guard made == installation else {
      finding.strangers.append((resource, .another))
      return
    }
    try adopt(resource, provider, isForeign: false)
    finding.live[resource.id] = resource
    finding.changes.append("\(resource.kind) \(resource.id) carries this home's tags and was not in the ledger; it is now")
  }

  /// Writes a live resource into the ledger.
  func adopt(_ resource: Resource, _ provider: ProviderID, isForeign: Bool) throws {
    let now = world.now()
    var chance = SystemRandomNumberGenerator()
    let place =
      resource.place ?? RentalPlace(provider: provider, account: "", region: "", machine: resource.kind)
    let fresh = IntentID(UUID.v7(at: now, using: &chance).uuidString.lowercased())
    let known = try resource.intent.map { try tracker.row($0) == nil } ?? false
    let row = LedgerRow.adopting(
      resource, place: place, intent: known ? resource.intent ?? fresh : fresh, owner: try resource.owner ?? owner() ?? "",
      installation: try world.installation(), isForeign: isForeign, now: now)
    try tracker.adopt(row)
  }

  /// What a complete listing does not show.
  private func missing(_ row: LedgerRow, _ window: Duration, _ finding: inout Finding) throws {
    switch row.state {
    case .intent:
      // Never sent; but only a process that is gone leaves it so.
      guard world.now().timeIntervalSince(row.createdAt) > LedgerStateMachine.signingLife else { return }
      try tracker.void(row.intent, .neverSent)
      finding.changes.append("intent \(row.intent) was never sent")
    case .requested:
      let after = try tracker.notListed(row.intent, window: window)
      if after.state == .void { finding.changes.append("the request of intent \(row.intent) made nothing") }
    case .observed where world.now().timeIntervalSince(row.stateSince) < window.inSeconds:
      // It was named a moment ago: a listing may still show what was before.
      return
    default:
      let after = try tracker.saidGone(row.intent, ProvidersWord(window: window.inSeconds))
      if after.state == .absent { finding.changes.append("\(row.kind) \(row.resource?.rawValue ?? row.intent.rawValue) is gone") }
    }
  }
}
