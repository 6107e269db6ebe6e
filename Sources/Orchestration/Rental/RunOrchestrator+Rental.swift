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
