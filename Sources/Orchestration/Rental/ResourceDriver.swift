import Basics
import ControlAPI
import FoundationEssentials
import ProviderKit
import ResourceTracking
import SafeCleanup
import TrainingModel

/// Drives resources to their end: asks for a permit, destroys, looks again, and writes down what the provider says. Never reports early.
struct ResourceDriver {
  let orchestrator: RunOrchestrator
  let rental: RentalWorld
  let tracker: ResourceTracker
  private var world: RunOrchestrator.World { orchestrator.world }

  /// How long a follower stays with a machine that does not go; the next command goes on with it.
  private static let patience: TimeInterval = 240

  init(orchestrator: RunOrchestrator, rental: RentalWorld, by: String) throws {
    self.orchestrator = orchestrator
    self.rental = rental
    tracker = try rental.tracker(by)
  }

  // MARK: a run that is over

  /// Ends everything that was rented for a run that is over. What may hold data stays, and is named.
  /// - Returns: what became of it, in the words of the run's record: done when no machine is left.
  func end(run record: RunRecord) async -> CleanupOutcome {
    do {
      var filter = LedgerFilter()
      filter.runUID = record.uid
      guard let provider = try world.registry.provider(record.provider) as? any RentingProvider else { return CleanupOutcome(.done) }
      let giveUp = world.now().addingTimeInterval(Self.patience)
      var look = try await endOnce(filter, record, provider, RunRemains())
      while !look.left.isEmpty, world.now() < giveUp {
        try await rental.sleep(.seconds(5))
        look = try await endOnce(filter, record, provider, look)
      }
      return look.outcome
    } catch {
      let words = (error as? any Hinted)?.message ?? "\(error)"
      return CleanupOutcome(.failed, detail: "\(words); see `runpilot resources list`")
    }
  }

  /// One look at what is left of a run, and one attempt at each.
  private func endOnce(_ filter: LedgerFilter, _ record: RunRecord, _ provider: any RentingProvider, _ before: RunRemains) async throws
    -> RunRemains
  {
    guard try !tracker.rows(filter).isEmpty else { return RunRemains() }
    let (listing, finding) = try await look(.run(uid: record.uid), at: provider, record.provider) { $0.runUID == record.uid }
    var remains = RunRemains(awaited: before.awaited)
    remains.left = finding.gaps.map(\.message)
    for row in try tracker.rows(filter) {
      if let live = row.resource.flatMap({ finding.live[$0] }) {
        let ending = await destroy(live, row, listing.isComplete, runIsAlive: false, provider, reason: "run \(record.id) is over")
        remains.note(ending, row, live)
      } else if row.state == .requested {
        remains.left.append("nobody knows yet whether the request of intent \(row.intent) made something")
      } else if row.resource != nil, row.goneSaidAt == nil {
        remains.left.append("\(row.kind) \(row.resource?.rawValue ?? "") is not in the listing, and not known to be gone")
      }
    }
    // A disk that outlives its machine is there by itself only a moment after that has gone.
    var all = LedgerFilter.everything
    all.runUID = record.uid
    remains.awaited.subtract(try tracker.rows(all).compactMap(\.resource))
    remains.left += remains.awaited.map { "disk \($0) stays when its machine goes, and still hangs on it" }
    return remains
  }

  /// Asks a provider for a part of what is there, and brings the ledger up to what it says.
  /// - Parameter isMeant: whether a row would be in that part.
  func look(
    _ scope: ListingScope, at provider: any RentingProvider, _ id: ProviderID, _ isMeant: (LedgerRow) -> Bool
  ) async throws -> (ResourcePage, ResourceSurvey.Finding) {
    let listing = try await Self.listing(scope, provider)
    var finding = ResourceSurvey.Finding()
    finding.askedAt[id] = world.now()
    let survey = ResourceSurvey(world: world, tracker: tracker, owner: rental.configuredOwner)
    try await survey.take(listing, provider, id, &finding, about: isMeant)
    return (listing, finding)
  }

  /// All pages of a listing.
  static func listing(_ scope: ListingScope, _ provider: any TrainingProvider) async throws(ProviderError) -> ResourcePage {
    var all = ResourcePage([])
    var page: PageToken?
    repeat {
      let next = try await provider.resources(scope, after: page)
      all.resources += next.resources
      all.isComplete = all.isComplete && next.isComplete
      all.gaps += next.gaps
      all.unanswered.formUnion(next.unanswered)
      page = next.next
    } while page != nil
    return all
  }

  // MARK: one resource

  /// What became of one attempt.
  enum Ending: Equatable {
    /// The provider says that it is gone.
    case gone
    /// It was asked for.
    case going
    /// A rule keeps it; in words.
    case kept(String)
    /// The provider did not do it; in words.
    case failed(String)
  }

  /// One attempt at destroying what was just listed.
  func destroy(
    _ live: Resource, _ row: LedgerRow, _ isComplete: Bool, runIsAlive: Bool, _ provider: any RentingProvider, reason: String,
    policy: CleanupPolicy = CleanupPolicy()
  ) async -> Ending {
    do {
      let facts = CleanupFacts(
        resource: live, listingComplete: isComplete, gatheredAt: world.now(), installation: try world.installation(),
        runIsAlive: runIsAlive, ledger: .init(row), dataAtRisk: try RentedDisk.dataAtRisk(live, tracker, orchestrator.store))
      var policy = policy
      // Its end was decided before, and what would be lost with it was said then.
      if row.state == .deleting { policy.includeData = true }
      let permit = try CleanupSafety.review(facts, policy: policy, now: world.now())
      if row.state != .deleting { try tracker.deleting(row.intent, reason: reason) }
      return try await spend(permit, on: live, row, provider)
    } catch let refusal as CleanupRefusal {
      guard refusal.rule != .uncertain else { return .failed(refusal.explanation) }
      return .kept(refusal.explanation)
    } catch {
      return .failed((error as? any Hinted)?.message ?? "\(error)")
    }
  }

  private func spend(_ permit: consuming CleanupPermit, on live: Resource, _ row: LedgerRow, _ provider: any RentingProvider) async throws
    -> Ending
  {
    do throws(ProviderError) {
      let end = try await provider.destroy(permit)
      try? tracker.attempted(row.intent, MutationAttempt("destroy", resource: live.id, effect: .applied))
      switch end {
      case .destroyed, .alreadyGone:
        _ = try? tracker.saidGone(row.intent, ProvidersWord(window: provider.consistencyWindow.inSeconds))
        return .gone
      case .pending(let next):
        _ = try? tracker.deletionAttempt(row.intent, next: world.now().addingTimeInterval(next.inSeconds))
        return .going
      }
    } catch {
      let effect = MutationAttempt.Effect(rawValue: error.effect.rawValue) ?? .unknown
      try? tracker.attempted(
        row.intent, MutationAttempt("destroy", resource: live.id, effect: effect, error: error.message, requestID: error.requestID))
      _ = try? tracker.deletionAttempt(row.intent, error: error.message, next: world.now().addingTimeInterval(backOff(row)))
      return .failed(error.message)
    }
  }

  /// A minute, doubled with each attempt, an hour at most.
  private func backOff(_ row: LedgerRow) -> TimeInterval { min(3_600, 60 * Double(1 << min(row.deletionAttempts, 6))) }

  // MARK: money

  /// What a run has cost until now, at the market's prices where it was on the market.
  func cost(of record: RunRecord) async throws -> RunCost? {
    var filter = LedgerFilter.everything
    filter.runUID = record.uid
    if let provider = try? world.registry.provider(record.provider) {
      try? await MarketPrices(tracker: tracker, now: world.now).bringUp(filter, at: provider, record.provider)
    }
    return RowCost.amount(try tracker.costs(of: tracker.rows(filter).map(\.intent)).values, now: world.now())
  }
}
