import Basics
import ControlAPI
import FoundationEssentials
import ProviderKit
import ResourceTracking
import RunFollowing
import RunStore
import TrainingModel

/// A run on a rented machine, as its home sees it: follows it, and takes the machine away when it is over.
struct RentedRun {
  let orchestrator: RunOrchestrator
  let rental: RentalWorld
  let record: RunRecord
  let facts: RentalFacts
  let spent = SpentBudget()

  var world: RunOrchestrator.World { orchestrator.world }

  /// How long a machine may take from its launch to its agent's first word.
  static let startUp: TimeInterval = 20 * 60
  /// Between two looks at the machine itself.
  static let look: Duration = .seconds(30)

  private enum Part: Sendable {
    case followed(FarFollower.End)
    case machineGone(String)
  }

  /// The mailbox, brought home.
  func mirror() async throws -> MailboxMirror {
    let door = try await rental.mailbox(try world.registry.entry(record.provider).settings)
    return MailboxMirror(store: door.store, layout: facts.mailbox, folder: orchestrator.store.folder(record.id), now: world.now)
  }

  /// Follows to the end, and then ends the machine.
  func follow(_ options: FollowOptions, _ onEvent: @escaping @Sendable (FollowEvent) -> Void) async throws -> RunRecord {
    if record.status.isTerminal {
      _ = try await Follower(orchestrator.store.folder(record.id), output: options.output, tail: options.tail).follow { _ in }
      return try await concluded(record, onEvent)
    }
    let mirror = try await mirror()
    let follower = FarFollower(mirror, output: options.output, tail: options.tail)
    let end = try await withThrowingTaskGroup(of: Part.self) { group in
      group.addTask { .followed(try await follower.follow { Self.tell($0, onEvent) }) }
      group.addTask { .machineGone(try await watchMachine(mirror)) }
      defer { group.cancelAll() }
      guard let first = try await group.next() else { return Part.followed(.cancelled) }
      return first
    }
    switch end {
    case .followed(.ended(let over)): return try await concluded(over, onEvent)
    case .followed(.cancelled): throw CancellationError()
    case .followed(.agentLost(let seen)):
      let words = "its agent was last heard of at \(Timestamp.format(seen.at)), longer ago than it may be silent"
      return try await concluded(try await lost(mirror, words), onEvent)
    case .machineGone(let words): return try await concluded(try await lost(mirror, words), onEvent)
    }
  }

  private static func tell(_ event: FarFollower.Event, _ onEvent: @Sendable (FollowEvent) -> Void) {
    switch event {
    case .run(.progress(let progress)): onEvent(.progress(progress))
    case .run(.record(let record)): onEvent(.record(record))
    case .mailbox(.unreachable(let words)): onEvent(.progress(RunProgress(phase: "the mailbox does not answer", detail: words)))
    case .mailbox(.reachable): break
    }
  }

  /// Looks at the machine until it is gone, or has been silent for longer than it may take to start.
  private func watchMachine(_ mirror: MailboxMirror) async throws -> String {
    let provider = try world.registry.provider(record.provider)
    var goneAt: Date?
    while true {
      try await rental.sleep(Self.look)
      await stopWhenSpent(mirror)
      let heard = mirror.lastHeartbeat
      if heard == nil, world.now().timeIntervalSince(facts.begunAt ?? record.createdAt) > Self.startUp + 600 {
        return "no word came from its machine in the time that it may take to start"
      }
      guard let id = facts.resource, await looks(provider), let state = try? await provider.status(of: id), state == .gone else {
        goneAt = nil
        continue
      }
      // A machine that is over leaves its last words first: they may still be on their way home.
      let now = world.now()
      if let goneAt, now.timeIntervalSince(goneAt) > 60 { return "its machine \(id) is gone, and left no end of the run behind" }
      goneAt = goneAt ?? now
    }
  }

  /// Whether the provider, as it is set today, looks where the machine is: elsewhere it is no wonder that it finds none.
  private func looks(_ provider: any TrainingProvider) async -> Bool {
    guard let renting = provider as? any RentingProvider else { return true }
    guard renting.listedRegions?.contains(facts.place.region) ?? true else { return false }
    return (try? await renting.account().id) == facts.place.account
  }

  /// Asks the job to end when a budget that it counts against is spent. The agent knows the run's own `max_cost`; other budgets are known here.
  func stopWhenSpent(_ mirror: MailboxMirror) async {
    await noteThatItRuns()
    guard spent.words == nil, let ledger = try? rental.tracker("follower of \(record.id)"), let row = try? ledger.row(facts.intent),
      let budget = try? BudgetAccounts.spent(by: row, ledger, now: world.now()), (try? await mirror.ask(.stop)) != nil
    else { return }
    spent.words = "the budget '\(budget.budget.name)' of \(budget.budget.limit) is spent"
  }

  /// Has the provider say once, while the machine is there, since when it runs: what it costs is observed then, and not estimated afterwards.
  private func noteThatItRuns() async {
    guard let driver = try? ResourceDriver(orchestrator: orchestrator, rental: rental, by: "follower of \(record.id)"),
      let row = try? driver.tracker.row(facts.intent), row.state == .requested || row.state == .observed,
      let provider = try? world.registry.provider(record.provider) as? any RentingProvider
    else { return }
    _ = try? await driver.look(.run(uid: record.uid), at: provider, record.provider) { $0.runUID == record.uid }
  }

  /// Closes a run whose end nobody told.
  private func lost(_ mirror: MailboxMirror, _ words: String) async throws -> RunRecord {
    try await withVendorsLog(try await mirror.close { $0.close(.failed, .lost, detail: words, at: world.now()) })
  }

  /// Takes the vendor's own log of the machine, as long as it is there, when nothing came by the mailbox.
  private func withVendorsLog(_ over: RunRecord) async throws -> RunRecord {
    let log = orchestrator.store.folder(over.id).logs
    guard over.reason == .lost, (try? Files.size(log)) ?? 0 == 0, let machine = facts.resource,
      let provider = try world.registry.provider(over.provider) as? any MachineLogs,
      let bytes = try? await provider.output(of: machine), !bytes.isEmpty
    else { return over }
    var record = over
    try Files.writeAtomically(bytes, to: log)
    record.warnings.append("the log is what \(over.provider) has kept of the machine's output: nothing of it came by the mailbox")
    try orchestrator.store.write(record, durable: true)
    return record
  }

  /// The attempt is over: the machine goes, the record says what became of it, and the next attempt is started if there is to be one.
  ///
  /// Of several followers one does that; the others wait, and see what it came to.
  func concluded(_ over: RunRecord, _ onEvent: @escaping @Sendable (FollowEvent) -> Void) async throws -> RunRecord {
    var lock: FileLock?
    while lock == nil {
      lock = try FileLock.tryAcquire(orchestrator.store.folder(record.id).lock)
      if lock == nil { try await Task.sleep(for: .milliseconds(200)) }
    }
    guard let lock else { return over }
    defer { withExtendedLifetime(lock) {} }
    let now = try orchestrator.store.record(record.id)
    guard now.rental?.attempt ?? facts.attempt == facts.attempt, now.status.isTerminal else { return now }
    let ended = now.cleanup?.state == .done ? now : try await ended(now, onEvent)
    return try await goOn(ended, lock: lock, onEvent) ?? orchestrator.store.record(record.id)
  }

  private func ended(_ over: RunRecord, _ onEvent: @Sendable (FollowEvent) -> Void) async throws -> RunRecord {
    onEvent(.progress(RunProgress(phase: "ending the machine")))
    let driver = try ResourceDriver(orchestrator: orchestrator, rental: rental, by: "follower of \(record.id)")
    var record = over
    record.rental = record.rental ?? facts
    if let words = spent.words, record.reason == .stopped { (record.status, record.reason, record.detail) = (.failed, .budget, words) }
    record.cleanup = await uncancelled { await driver.end(run: over) }
    if let cleanup = record.cleanup, cleanup.state == .done, let stays = cleanup.detail { record.warnings.append(stays) }
    record.cost = try? await driver.cost(of: record)
    try orchestrator.store.write(record, durable: true)
    onEvent(.record(record))
    return record
  }
}
