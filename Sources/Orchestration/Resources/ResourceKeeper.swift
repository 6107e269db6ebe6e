import Basics
public import ControlAPI
import FoundationEssentials
import ProviderKit
import ResourceTracking
import RunStore
import SafeCleanup
import TrainingModel

/// Everything that may cost money: what the ledger knows, what providers say, and its end.
public struct ResourceKeeper: Sendable {
  let orchestrator: RunOrchestrator
  let rental: RentalWorld
  var world: RunOrchestrator.World { orchestrator.world }

  /// A keeper of the resources of `orchestrator`'s home.
  public init(_ orchestrator: RunOrchestrator, _ rental: RentalWorld) {
    self.orchestrator = orchestrator
    self.rental = rental
  }

  func survey(_ tracker: ResourceTracker) -> ResourceSurvey {
    ResourceSurvey(world: world, tracker: tracker, owner: rental.configuredOwner)
  }

  /// Whether anything was ever rented from here.
  private var hasLedger: Bool { ResourceTracker.exists(home: orchestrator.store.home) }
}

extension ResourceKeeper: ResourceService {
  /// What the ledger and the providers know.
  public func resources(_ query: ResourceQuery) async throws -> ResourceListing {
    guard hasLedger || query.discover else { return ResourceListing(resources: []) }
    let tracker = try rental.tracker("resources list")
    var finding = ResourceSurvey.Finding()
    if !query.cached {
      finding = try await survey(tracker).look(query.discover ? .everything : .managed, only: query.providers)
      finding.doubtful.formUnion(try await listen(tracker, butNotTo: finding.doubtful))
      await goOn(tracker, finding)
    }
    var filter = LedgerFilter()
    filter.includesOver = query.all
    filter.states = query.states
    filter.providers = Set(query.providers.map { ProviderID($0) })
    filter.project = query.project
    var views = try self.views(try tracker.rows(filter), tracker, doubtful: query.cached ? nil : finding.doubtful)
    if query.discover { views += finding.strangers.map { stranger($0.resource, $0.standing) } }
    return ResourceListing(resources: Self.ordered(views, query), gaps: finding.gaps)
  }

  /// One resource with its history.
  public func resource(_ reference: String) async throws -> ResourceDetail {
    let tracker = try rental.tracker("resources show")
    let finding = try await survey(tracker).look(.managed)
    let doubtful = finding.doubtful.union(await listen(to: [try row(reference, tracker)], tracker))
    let row = try row(reference, tracker)
    let events = try Self.audit(try tracker.events(of: row.intent), tracker)
    guard let view = try views([row], tracker, doubtful: doubtful).first else { throw LedgerError.unknown(reference: reference) }
    return ResourceDetail(resource: view, events: events, gaps: finding.gaps)
  }

  /// Compares ledger and providers.
  public func reconcile(rebuild: Bool) async throws -> ReconcileReport {
    var restored: [String] = []
    if rebuild { restored = try await restoreLedger() }
    let tracker = try rental.tracker("resources reconcile")
    var finding = try await survey(tracker).look(.managed)
    finding.changes = restored + finding.changes
    await goOn(tracker, finding)
    var counts: [String: Int] = [:]
    for row in try tracker.rows() { counts[row.state.rawValue, default: 0] += 1 }
    for stranger in finding.strangers { counts[stranger.standing == .another ? "of another home" : "foreign", default: 0] += 1 }
    return ReconcileReport(changes: finding.changes, counts: counts, gaps: finding.gaps)
  }

  /// Makes a ledger that is lost or damaged anew; one that is whole is only read again.
  /// - Returns: what became of it, in words; nothing for a whole one.
  private func restoreLedger() async throws -> [String] {
    let (home, installation, now) = (orchestrator.store.home, try world.installation(), world.now)
    let restoration = try await BackgroundThread.run {
      Result { try ResourceTracker.restore(home: home, installation: installation, by: "resources reconcile --rebuild", now: now) }
    }.get()
    guard !restoration.wasWhole else { return [] }
    let old = restoration.oldFile.map { "; the old file lies at \($0)" } ?? ""
    return ["the ledger was made anew with \(restoration.savedEvents) events of the old one\(old)"]
  }

  /// Takes a row out of sight.
  public func forget(_ reference: String, reason: String) async throws -> ResourceChange {
    let tracker = try rental.tracker("resources forget")
    let row = try row(reference, tracker)
    try tracker.forget(row.intent, reason: reason)
    return ResourceChange(id: row.resource?.rawValue ?? row.intent.rawValue, outcome: "is out of sight")
  }

  /// The ledger's events.
  public func audit(limit: Int?, verify: Bool) async throws -> AuditReport {
    guard hasLedger else { return AuditReport(events: [], isWhole: verify ? true : nil) }
    let tracker = try rental.tracker("resources audit")
    let last = try tracker.serial()
    let events = try Self.audit(try tracker.events(after: max(0, last - Int64(limit ?? 1_000)), limit: limit ?? 1_000), tracker)
    guard verify else { return AuditReport(events: events) }
    let check = try await BackgroundThread.run { Result { try tracker.verify() } }.get()
    return AuditReport(events: events, isWhole: check.fault == nil, damage: check.fault)
  }
}

// MARK: - what is shown

extension ResourceKeeper {
  /// The row that is meant: by intent, by the provider's name, or by its run.
  func row(_ reference: String, _ tracker: ResourceTracker) throws -> LedgerRow {
    var filter = LedgerFilter()
    filter.runID = RunID(reference)
    if let only = try tracker.rows(filter).first { return only }
    return try tracker.row(called: reference)
  }

  /// - Parameter doubtful: uids of runs after whose agents nobody could ask; nil when nobody has asked at all.
  func views(_ rows: [LedgerRow], _ tracker: ResourceTracker, doubtful: Set<String>?) throws -> [ResourceView] {
    let now = world.now()
    let costs = try tracker.costs(of: rows.map(\.intent))
    return rows.map { row in
      let isStuck = row.state == .deleting && row.goneSaidAt == nil && now.timeIntervalSince(row.stateSince) > 600
      return ResourceView(
        standing: .ours, row: row, hourly: Self.hourly(row, costs[row.intent]), cost: costs[row.intent]?.amount(now: now),
        orphan: orphan(row, now, doubtful: doubtful), stuckSince: isStuck ? row.stateSince : nil)
    }
  }

  private func stranger(_ resource: Resource, _ standing: Standing) -> ResourceView {
    let now = world.now()
    let place = resource.place ?? RentalPlace(provider: resource.provider, account: "", region: "", machine: resource.kind)
    let row = LedgerRow.adopting(
      resource, place: place, intent: IntentID(""), owner: resource.owner ?? "", installation: resource.installation ?? "", isForeign: true,
      now: now)
    return ResourceView(standing: standing, row: row, hourly: standing == .foreign ? nil : Self.hourly(row))
  }

  /// What an hour costs as it stands now, on the market by its last known price; nil when a rate is unknown.
  static func hourly(_ row: LedgerRow, _ cost: RowCost? = nil) -> Money? {
    let market = Dictionary((cost?.running ?? []).map { ($0.meterIndex, $0.meter) }) { _, last in last }
    var sum: Money?
    for (index, meter) in row.meters.enumerated() where meter.span == .existing || row.state != .stopped {
      guard let hourly = (market[index] ?? meter).hourly, sum == nil || sum?.currency == hourly.currency else { return nil }
      sum = Money((sum?.amount ?? 0) + hourly.amount, hourly.currency)
    }
    return sum ?? (row.meters.isEmpty ? nil : .zero)
  }

  /// Why something of ours should go: it has expired, its run is over, or its agent is silent.
  func orphan(_ row: LedgerRow, _ now: Date, doubtful: Set<String>?) -> String? {
    guard !row.state.isOver, row.goneSaidAt == nil, row.state != .deleting, row.resource != nil else { return nil }
    if let expires = row.expiresAt, expires < now { return "it should have been gone by \(Timestamp.format(expires))" }
    if let id = row.runID {
      guard let run = try? orchestrator.store.record(id), run.uid == row.runUID else { return "its run is not in this home any more" }
      if run.status.isTerminal, now.timeIntervalSince(run.finishedAt ?? run.createdAt) > 600 { return "its run \(id) is over" }
    }
    // What was heard long ago says nothing when nobody has asked since.
    if let doubtful, !doubtful.contains(row.runUID ?? ""), let heard = row.lastHeartbeatAt, now.timeIntervalSince(heard) > 900 {
      return "its agent has been silent since \(Timestamp.format(heard))"
    }
    return nil
  }

  static func ordered(_ views: [ResourceView], _ query: ResourceQuery) -> [ResourceView] {
    let zero = Money.zero
    let ordered =
      switch query.order {
      case .newest: views.sorted { $0.row.createdAt > $1.row.createdAt }
      case .oldest: views.sorted { $0.row.createdAt < $1.row.createdAt }
      case .price: views.sorted { ($0.hourly ?? zero) > ($1.hourly ?? zero) }
      case .cost: views.sorted { ($0.cost?.amount ?? zero) > ($1.cost?.amount ?? zero) }
      }
    return Array(ordered.prefix(query.limit ?? ordered.count))
  }

  /// Events in words, each with the name of what it is about.
  static func audit(_ events: [LedgerEvent], _ tracker: ResourceTracker) throws -> [AuditEvent] {
    let rows = try tracker.rows(of: Array(Set(events.flatMap(\.intents))))
    return events.map { event in
      AuditEvent(
        serial: event.serial, at: event.at, by: event.by, intent: event.intent, kind: event.change.kind, text: AuditWords(rows).of(event))
    }
  }

  /// Goes on with deletions that others began: they never give up.
  func goOn(_ tracker: ResourceTracker, _ finding: ResourceSurvey.Finding) async {
    guard let driver = try? ResourceDriver(orchestrator: orchestrator, rental: rental, by: "resources") else { return }
    var filter = LedgerFilter()
    filter.states = [.deleting]
    for row in (try? tracker.rows(filter)) ?? [] {
      guard let id = row.resource, let live = finding.live[id], finding.complete.contains(row.place.provider),
        (row.nextDeletionAt ?? .distantPast) <= world.now(),
        let provider = try? world.registry.provider(row.place.provider) as? any RentingProvider
      else { continue }
      _ = await driver.destroy(live, row, true, runIsAlive: false, provider, reason: "goes on")
    }
  }
}
