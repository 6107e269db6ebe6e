import ControlAPI
import FoundationEssentials
import ProviderKit
import RunStore
import Synchronization
import Testing
import TrainingModel

@testable import Orchestration

@Suite("Whether a run that was cut off is started again")
struct SequelTests {
  private static func record(_ reason: RunReason, attempt: Int = 1, market: RentalPlace.Market = .spot) -> RunRecord {
    let spec = RunSpec(name: "n", entrypoint: ["true"], projectFolder: "/", provider: "rented")
    var record = RunRecord(id: RunID("rp_0001"), uid: "u", spec: spec, runDir: "/", createdAt: Date(timeIntervalSince1970: 0))
    let place = RentalPlace(provider: "rented", account: "1", region: "r", machine: "m", market: market)
    (record.status, record.reason) = (.failed, reason)
    record.rental = RentalFacts(
      intent: IntentID("i"), place: place, hourly: nil, expiresAt: Date(timeIntervalSince1970: 9e9),
      store: StoreAddress(bucket: "b", region: ""), mailbox: MailboxLayout(prefix: "", installation: "h", runUID: "u"), attempt: attempt)
    return record
  }

  private static func decide(
    _ record: RunRecord, retries: Int64 = 2, most: Money? = nil, spent: RunCost? = nil, gone: Bool = true, left: Double = 3_600
  ) -> SequelDecision {
    var wishes = RentalWishes()
    (wishes.retries, wishes.maxCost) = (retries, most)
    return SequelDecision.decide(record, wishes: wishes, machineIsGone: gone, spent: spent, secondsLeft: left)
  }

  @Test("Only what its owner took away, as often as was asked for")
  func reasons() {
    for reason in RunReason.allCases {
      let isTaken = reason == .interrupted || reason == .lost
      #expect((Self.decide(Self.record(reason)) == .again) == isTaken, "\(reason)")
    }
    #expect(Self.decide(Self.record(.interrupted), retries: 0) == .over(nil))
    #expect(Self.decide(Self.record(.interrupted, attempt: 2)) == .again)
    #expect(Self.decide(Self.record(.interrupted, attempt: 3)) != .again)
    // Every start counts, whoever has made it.
    for (restarts, isOver) in [(1, false), (2, true), (.max, true), (-5, false)] as [(Int64, Bool)] {
      var restarted = Self.record(.interrupted)
      restarted.restarts = restarts
      #expect((Self.decide(restarted) != .again) == isOver)
    }
    var stopped = Self.record(.interrupted)
    stopped.status = .cancelled
    #expect(Self.decide(stopped) == .over(nil))
  }

  @Test("A machine of the full price that is lost was not taken away, nor one that may still be there")
  func lost() {
    #expect(Self.decide(Self.record(.lost, market: .onDemand)) == .over(nil))
    #expect(Self.decide(Self.record(.lost), gone: false) == .over(nil))
    #expect(Self.decide(Self.record(.interrupted), gone: false) == .again)
  }

  @Test("Neither beyond its time nor beyond its money, nor when nobody knows what it has cost")
  func limits() {
    #expect(Self.decide(Self.record(.interrupted), left: 60) != .again)
    let five = Money(5)
    func cost(_ amount: Decimal, unknown: Bool = false) -> RunCost {
      RunCost(amount: Money(amount), hasUnknown: unknown, quality: .estimated)
    }
    #expect(Self.decide(Self.record(.interrupted), most: five, spent: cost(4)) == .again)
    #expect(Self.decide(Self.record(.interrupted), most: five, spent: cost(5)) != .again)
    #expect(Self.decide(Self.record(.interrupted), most: five, spent: cost(1, unknown: true)) != .again)
    #expect(Self.decide(Self.record(.interrupted), most: five) != .again)
  }

  @Test("Who stops following while another machine is looked for leaves the run to whoever follows next")
  func leftWaiting() async throws {
    let bench = try RentalBench()
    var spec = bench.spec()
    spec.rental.retries = 1
    let first = try await bench.submit(spec)
    var cutOff = first
    (cutOff.status, cutOff.reason, cutOff.finishedAt) = (.failed, .interrupted, bench.clock.now)
    let over = cutOff
    try bench.orchestrator.store.write(over)
    bench.cloud.state.withLock { $0.faults = Array(repeating: ProviderError(.noCapacity, "full"), count: 9) }
    let leave: @Sendable (FollowEvent) -> Void = { event in
      if case .progress(let progress) = event, progress.phase == "waiting for a machine" { withUnsafeCurrentTask { $0?.cancel() } }
    }
    try await withThrowingTaskGroup(of: Void.self) { group in
      group.addTask { _ = try await #require(try bench.orchestrator.rented(first.id)).concluded(over, leave) }
      try await group.waitForAll()
    }
    let left = try bench.orchestrator.store.record(first.id)
    #expect(
      left.status == .failed && left.rental?.attempt == 1 && left.detail?.contains("`runpilot attach rp_0001` goes on") == true, "\(left)")
    bench.cloud.state.withLock { $0.faults = [] }
    let next = try await #require(try bench.orchestrator.rented(first.id)).concluded(left) { _ in }
    #expect(next.rental?.attempt == 2 && bench.cloud.live.count == 1, "\(next)")
  }
}
