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
  let lastLook = LastLook()

  var world: RunOrchestrator.World { orchestrator.world }

  /// How long a machine may take from its launch to its agent's first word.
  static let startUp: TimeInterval = 20 * 60
  /// Between two looks at the machine itself.
  static let look: Duration = .seconds(30)

  private enum Part: Sendable {
    case followed(FarFollower.End)
    case machineGone(RunEnd)
  }

  /// The mailbox, brought home.
  func mirror() async throws -> MailboxMirror {
    let door = try await rental.mailbox(try world.registry.entry(record.provider).settings)
    var pace = MirrorPace()
    // Between two starts nobody speaks: who looks at the machine tells then whether the run is lost.
    if mayRestart { pace.lostAfter = .seconds(10 * 365 * 86_400) }
    return MailboxMirror(store: door.store, layout: facts.mailbox, folder: orchestrator.store.folder(record.id), pace: pace, now: world.now)
  }

  /// Whether a scheduler may have cut the job off and may start it again.
  var mayRestart: Bool {
    let order = (try? Files.read(orchestrator.store.folder(record.id).order)).flatMap { try? JSON.decode(FarOrder.self, from: $0) }
    return order?.restart != nil
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
      group.addTask { .machineGone(try await watchMachine(mirror, onEvent)) }
      defer { group.cancelAll() }
      guard let first = try await group.next() else { return Part.followed(.cancelled) }
      return first
    }
    switch end {
    case .followed(.ended(let over)): return try await concluded(over, onEvent)
    case .followed(.cancelled): throw CancellationError()
    case .followed(.agentLost(let seen)):
      let words = "its agent was last heard of at \(Timestamp.format(seen.at)), longer ago than it may be silent"
      return try await concluded(try await close(mirror, RunEnd(.lost, words)), onEvent)
    case .machineGone(let end): return try await concluded(try await close(mirror, end), onEvent)
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

  /// Whether the provider, as it is set today, looks where the machine is: elsewhere it is no wonder that it finds none.
  func looks(_ provider: any TrainingProvider) async -> Bool {
    guard let renting = provider as? any RentingProvider else { return true }
    guard renting.listedRegions?.contains(facts.place.region) ?? true else { return false }
    return (try? await renting.account().id) == facts.place.account
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
    await letEnd()
    record.cleanup = await uncancelled { await driver.end(run: over) }
    if let cleanup = record.cleanup, cleanup.state == .done, let stays = cleanup.detail { record.warnings.append(stays) }
    record.cost = try? await driver.cost(of: record)
    await explainEnd(&record)
    try orchestrator.store.write(record, durable: true)
    onEvent(.record(record))
    return record
  }
}
