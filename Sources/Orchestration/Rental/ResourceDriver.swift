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

  /// Ends everything that was rented for a run that is over.
  /// - Returns: what became of it, in the words of the run's record.
  func end(run record: RunRecord) async -> CleanupOutcome {
    do {
      var filter = LedgerFilter()
      filter.runUID = record.uid
      guard let provider = try world.registry.provider(record.provider) as? any RentingProvider else { return CleanupOutcome(.done) }
      let giveUp = world.now().addingTimeInterval(Self.patience)
      var left = try await endOnce(filter, record, provider)
      while !left.isEmpty, world.now() < giveUp {
        try await rental.sleep(.seconds(5))
        left = try await endOnce(filter, record, provider)
      }
      return left.isEmpty ? CleanupOutcome(.done) : CleanupOutcome(.pending, detail: left.joined(separator: "; "))
    } catch {
      let words = (error as? any Hinted)?.message ?? "\(error)"
      return CleanupOutcome(.failed, detail: "\(words); see `runpilot resources list`")
    }
  }

  /// One look at what is left of a run, and one attempt at each.
  /// - Returns: what is still there, or may be, in words.
  private func endOnce(_ filter: LedgerFilter, _ record: RunRecord, _ provider: any RentingProvider) async throws -> [String] {
    guard try !tracker.rows(filter).isEmpty else { return [] }
    let (listing, finding) = try await look(.run(uid: record.uid), at: provider, record.provider) { $0.runUID == record.uid }
    var left = finding.gaps.map(\.message)
    for row in try tracker.rows(filter) {
      if let live = row.resource.flatMap({ finding.live[$0] }) {
        if let words = await destroy(live, row, listing.isComplete, runIsAlive: false, provider, reason: "run \(record.id) is over") {
          left.append("\(row.kind) \(live.id) \(words)")
        }
      } else if row.state == .requested {
        left.append("nobody knows yet whether the request of intent \(row.intent) made something")
      } else if row.resource != nil, row.goneSaidAt == nil {
        left.append("\(row.kind) \(row.resource?.rawValue ?? "") is not in the listing, and not known to be gone")
      }
    }
    return left
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

  /// One attempt at destroying what was just listed.
  /// - Returns: why it is still there, in words; nil when the provider says it is gone.
  func destroy(
    _ live: Resource, _ row: LedgerRow, _ isComplete: Bool, runIsAlive: Bool, _ provider: any RentingProvider, reason: String,
    policy: CleanupPolicy = CleanupPolicy()
  ) async -> String? {
    do {
      let facts = CleanupFacts(
        resource: live, listingComplete: isComplete, gatheredAt: world.now(), installation: try world.installation(),
        runIsAlive: runIsAlive,
        ledger: .init(row))
      let permit = try CleanupSafety.review(facts, policy: policy, now: world.now())
      if row.state != .deleting { try tracker.deleting(row.intent, reason: reason) }
      return try await spend(permit, on: live, row, provider)
    } catch let refusal as CleanupRefusal {
      return "was left alone: \(refusal.explanation)"
    } catch {
      return "could not be ended: \((error as? any Hinted)?.message ?? "\(error)")"
    }
  }

  private func spend(_ permit: consuming CleanupPermit, on live: Resource, _ row: LedgerRow, _ provider: any RentingProvider) async throws
    -> String?
  {
    do throws(ProviderError) {
      let end = try await provider.destroy(permit)
      try? tracker.attempted(row.intent, MutationAttempt("destroy", resource: live.id, effect: .applied))
      switch end {
      case .destroyed, .alreadyGone:
        _ = try? tracker.saidGone(row.intent, ProvidersWord(window: provider.consistencyWindow.inSeconds))
        return nil
      case .pending(let next):
        _ = try? tracker.deletionAttempt(row.intent, next: world.now().addingTimeInterval(next.inSeconds))
        return "is on its way out"
      }
    } catch {
      let effect = MutationAttempt.Effect(rawValue: error.effect.rawValue) ?? .unknown
      try? tracker.attempted(
        row.intent, MutationAttempt("destroy", resource: live.id, effect: effect, error: error.message, requestID: error.requestID))
      _ = try? tracker.deletionAttempt(row.intent, error: error.message, next: world.now().addingTimeInterval(backOff(row)))
      return "could not be ended: \(error.message)"
    }
  }

  /// A minute, doubled with each attempt, an hour at most.
  private func backOff(_ row: LedgerRow) -> TimeInterval { min(3_600, 60 * Double(1 << min(row.deletionAttempts, 6))) }

  // MARK: money

  /// What a run has cost until now.
  func cost(ofRun uid: String) throws -> RunCost? {
    var filter = LedgerFilter.everything
    filter.runUID = uid
    return try Self.cost(tracker, filter, now: world.now())
  }

  /// The sum of what ended and of what runs; nil when nothing was ever rented, or in several currencies.
  static func cost(_ tracker: ResourceTracker, _ filter: LedgerFilter, now: Date) throws -> RunCost? {
    let intervals = try tracker.costIntervals(filter)
    return cost(intervals, now: now)
  }

  /// The sum of intervals; nil for none, or for several currencies.
  static func cost(_ intervals: [CostInterval], now: Date) -> RunCost? {
    guard !intervals.isEmpty else { return nil }
    var nanos: Int64 = 0
    var currency: String?
    var hasUnknown = false
    var quality = CostQuality.billed
    for interval in intervals {
      quality = min(quality, interval.quality)
      guard let hourly = interval.meter.hourly else {
        hasUnknown = true
        continue
      }
      guard currency == nil || currency == hourly.currency else { return nil }
      currency = hourly.currency
      nanos += CostArithmetic.daily(interval, until: now).reduce(0) { $0 + ($1.nanos ?? 0) }
    }
    return RunCost(amount: CostArithmetic.money(nanos: nanos, currency: currency ?? "USD"), hasUnknown: hasUnknown, quality: quality)
  }
}
