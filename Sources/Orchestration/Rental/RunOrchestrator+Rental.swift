public import Basics
import ControlAPI
import FoundationEssentials
import ProviderKit
import ResourceTracking
import RunStore
public import TrainingModel

extension RunOrchestrator {
  /// A run as one on a rented machine; nil when nothing was rented for it.
  func rented(_ id: RunID) throws -> RentedRun? {
    let record = try store.record(id)
    guard let rental = world.rental, let facts = record.rental else { return nil }
    return RentedRun(orchestrator: self, rental: rental, record: record, facts: facts)
  }

  /// Follows a run over all its attempts.
  func follow(_ first: RentedRun, _ options: FollowOptions, _ onEvent: @escaping @Sendable (FollowEvent) -> Void) async throws -> RunRecord
  {
    var (run, options) = (first, options)
    while true {
      let record = try await run.follow(options, onEvent)
      guard record.rental?.attempt != run.facts.attempt, let next = try rented(record.id) else { return record }
      run = next
      // What is there was copied.
      options.tail = 0
    }
  }

  /// Whether a provider rents: told by its module, without making it.
  func isRented(_ id: ProviderID) -> Bool { (try? world.registry.entry(id).descriptor.isRented) ?? false }

  /// Whether a run's machine is rented: also one whose provider is not among the settings any more.
  func isRented(_ record: RunRecord) -> Bool { record.rental != nil || isRented(record.provider) }

  /// Closes a run whose launcher died before it had a machine. Contacts nobody: what was never asked for, and what was refused, is nowhere. A
  /// further attempt ends as the one before it: cut off, so that whoever follows the run begins another.
  /// - Returns: the record as it stands afterwards; nil when a machine was, or may have been, asked for, or the launcher is alive.
  func closeUnlessRented(_ id: RunID) throws -> RunRecord? {
    guard isRented(try store.record(id)), let lock = try store.tryLock(id) else { return nil }
    defer { withExtendedLifetime(lock) {} }
    var record = try store.record(id)
    guard !record.status.isTerminal else { return record }
    // The record names its intent before the ledger does, and the ledger before anybody is asked.
    if let facts = record.rental {
      guard let rental = world.rental else { return nil }
      let tracker = try rental.tracker("runpilot, for \(id)")
      var filter = LedgerFilter.everything
      filter.runUID = record.uid
      let rows = try tracker.rows(filter)
      guard rows.allSatisfy({ $0.state == .intent || $0.state == .void || $0.state.isOver && $0.intent != facts.intent }) else {
        return nil
      }
      for row in rows where row.state == .intent { try tracker.void(row.intent, .neverSent) }
    }
    record.cleanup = CleanupOutcome(.done)
    if let attempt = record.rental?.attempt, attempt > 1 {
      let words = "attempt \(attempt) was not begun: runpilot died while it looked for a machine"
      record.close(.failed, .interrupted, detail: words, at: world.now())
    } else {
      record.close(.failed, .lost, detail: "runpilot died before it had asked for a machine", at: world.now())
    }
    try store.write(record, durable: true)
    return record
  }

  /// A run whose machine may still cost is not to be forgotten.
  func refuseWithLiveResources(_ record: RunRecord) throws {
    guard record.rental != nil, let rental = world.rental else { return }
    var filter = LedgerFilter()
    filter.runUID = record.uid
    // A row whose end the provider has told once only waits for the second word.
    let live = try rental.tracker("delete \(record.id)").rows(filter).filter { $0.goneSaidAt == nil }
    guard live.isEmpty else { throw RunHasResources(id: record.id, resources: live.map { $0.resource?.rawValue ?? $0.intent.rawValue }) }
  }
}

/// A run that may not be deleted because something of it may cost money.
public struct RunHasResources: ExitCoded, Equatable {
  /// The run.
  public let id: RunID
  /// What may cost.
  public let resources: [String]
  /// Says so.
  public var message: String { "\(id) has resources that may cost money: \(resources.joined(separator: ", ")); nothing was deleted" }
  /// How to end them.
  public var hints: [String] { ["end them first: `runpilot resources cleanup \(resources.first ?? "")`"] }
  /// 77.
  public var exitCode: ExitCode { .notAllowed }
}
