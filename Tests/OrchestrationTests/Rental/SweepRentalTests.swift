import Basics
import ControlAPI
import FoundationEssentials
import ProviderKit
import ResourceTracking
import RunStore
import Synchronization
import Testing
import TrainingModel

@testable import Orchestration

@Suite("Renting for a sweep in one request")
struct SweepRentalTests {
  private func bench(limit: Int? = 100) throws -> RentalBench {
    let bench = try RentalBench()
    bench.cloud.state.withLock { $0.sweepLimit = limit }
    return bench
  }

  private func submit(
    _ bench: RentalBench, _ count: Int, after: [RunID] = [], _ change: (inout RunSpec) -> Void = { _ in },
    onProgress: @escaping @Sendable (RunProgress) -> Void = { _ in }
  ) async throws -> SweepStart? {
    let requests = (0..<count).map { number in
      var spec = bench.spec()
      spec.params["n"] = .int(Int64(number))
      change(&spec)
      return RunRequest(spec: spec, secrets: Dictionary(spec.secretNames.map { ($0, Secret("hush")) }) { $1 })
    }
    return try await bench.orchestrator.submit(
      sweep: SweepRequest(label: "sweep-x", runs: requests, maxParallel: 2, after: after), onProgress: onProgress)
  }

  private static let lost = ProviderError(.unreachable, "lost", effect: .unknown)

  private func status(_ bench: RentalBench) throws -> [RunStatus] {
    try bench.orchestrator.store.runs(RunQuery()).sorted { $0.id.rawValue < $1.id.rawValue }.map(\.status)
  }

  @Test("each run has its own row, mailbox and machine; rows and runs are counted from one id, so that one request can name them all")
  func together() async throws {
    let bench = try bench()
    let start = try #require(try await submit(bench, 3))
    #expect(start.failure == nil && start.records.map(\.id.rawValue) == ["rp_0001", "rp_0002", "rp_0003"])
    let rows = try bench.tracker.rows()
    #expect(rows.count == 3 && rows.allSatisfy { $0.state == .observed })
    for (number, record) in start.records.enumerated() {
      let facts = try #require(record.rental)
      #expect(facts.intent.rawValue == SweepMember.id(number, of: start.records[0].rental?.intent.rawValue ?? ""))
      #expect(record.uid == SweepMember.id(number, of: start.records[0].uid))
      #expect(bench.store.keys.contains("p/home-1/\(record.uid)/job.json"))
      let machine = try #require(bench.cloud.live.first { $0.id == facts.resource })
      #expect(machine.tags[OwnershipTags.run] == record.uid && machine.tags[OwnershipTags.intent] == facts.intent.rawValue)
      #expect(try bench.tracker.row(facts.intent)?.runUID == record.uid)
    }
    #expect(bench.cloud.state.withLock { $0.shares } == (0..<3).map { SweepShare(label: "sweep-x", index: $0, parallel: 2) })
  }

  @Test("what is too much for one request goes out in parts, each of which waits for the one before it; the first for what goes on already")
  func parts() async throws {
    let bench = try bench(limit: 2)
    let first = try await bench.submit()
    let start = try #require(try await submit(bench, 5, after: [first.id]))
    #expect(start.records.count == 5 && start.failure == nil)
    let shares = bench.cloud.state.withLock { $0.shares }
    #expect(shares.map(\.index) == [0, 1, 0, 1, 0])
    #expect(shares.map { $0.after.map(\.rawValue) } == [["m-1"], ["m-1"], ["m-2", "m-3"], ["m-2", "m-3"], ["m-4", "m-5"]])
    #expect(Set(start.records.map(\.uid)).count == 5)
  }

  @Test("no room at one place: all go on to the next with rows of their own, and those of the first are void")
  func failover() async throws {
    let bench = try bench()
    bench.cloud.state.withLock { $0.faults = [ProviderError(.noCapacity, "full")] }
    let start = try #require(try await submit(bench, 2))
    #expect(start.records.compactMap(\.rental?.place.zone) == ["b", "b"])
    #expect(try bench.tracker.rows(.everything).map(\.state) == [.void, .void, .observed, .observed])
    #expect(Set(bench.cloud.state.withLock { $0.launches.map(\.token) }).count == 4)
  }

  @Test("a lost answer: the very same request again, and each run has one machine")
  func lostAnswer() async throws {
    let bench = try bench()
    bench.cloud.state.withLock { $0.faults = [Self.lost] }
    let start = try #require(try await submit(bench, 3))
    #expect(start.records.count == 3 && bench.cloud.live.count == 3)
    let requests = bench.cloud.state.withLock { $0.launches.map(\.request) }
    #expect(requests.count == 6 && Array(requests[..<3]) == Array(requests[3...]))
  }

  @Test("answers that never come: the runs stay open, nothing more is started, and reconcile finds every machine's row")
  func doubt() async throws {
    let bench = try bench(limit: 2)
    bench.cloud.state.withLock { $0.faults = Array(repeating: Self.lost, count: 20) }
    await #expect(throws: RunInDoubt.self) { _ = try await submit(bench, 3) }
    #expect(try status(bench) == [.queued, .queued])
    #expect(!bench.store.keys.contains { $0.hasSuffix("/stop") }, "nobody wanted them to end")
    #expect(try bench.tracker.rows().map(\.state) == [.requested, .requested])
    #expect(try await bench.keeper.reconcile(rebuild: false).changes.count == 2)
    #expect(try bench.tracker.rows().allSatisfy { $0.resource != nil && $0.state == .ready })
  }

  @Test(
    "given up while an answer is missing: the runs stay open, are asked to end should they begin, and reconcile finds every machine's row")
  func givenUpInDoubt() async throws {
    let bench = try bench()
    bench.cloud.state.withLock { $0.faults = [Self.lost] }
    await #expect(throws: RunInDoubt.self) {
      try await withThrowingTaskGroup(of: Void.self) { group in
        group.addTask {
          _ = try await submit(
            bench, 3, onProgress: { progress in if progress.phase == "asking again" { withUnsafeCurrentTask { $0?.cancel() } } })
        }
        try await group.waitForAll()
      }
    }
    #expect(try status(bench) == [.queued, .queued, .queued] && bench.cloud.live.count == 3)
    for run in ["rp_0001", "rp_0002", "rp_0003"] {
      let mailbox = try bench.orchestrator.store.record(RunID(run)).rental?.mailbox
      #expect(mailbox.map { bench.store.keys.contains($0.command(.stop)) } == true)
    }
    #expect(try await bench.keeper.reconcile(rebuild: false).changes.count == 3)
    #expect(try bench.tracker.rows().allSatisfy { $0.resource != nil && $0.state == .ready })
  }

  @Test("what was made and cannot be written into a record is asked for again until it can")
  func unwritten() async throws {
    let bench = try bench()
    bench.cloud.state.withLock { $0.faults = [Self.lost] }
    let record = RunFolder(bench.home + "/runs/rp_0002").record
    let kept = Mutex<Data?>(nil)
    let breaks: @Sendable (RunProgress) -> Void = { progress in
      guard progress.phase == "asking again" else { return }
      kept.withLock { kept in
        if let bytes = kept {
          try? Files.removeTree(record)
          try? Files.writeAtomically(bytes, to: record)
        } else {
          kept = try? Files.read(record)
          try? Files.remove(record)
          // What is a folder is replaced by no file.
          try? Files.createFolder(record + "/x")
        }
      }
    }
    let start = try await submit(bench, 3, onProgress: breaks)
    #expect(start?.records.count == 3 && start?.failure == nil && bench.cloud.live.count == 3, "\(String(describing: start?.failure))")
    #expect(bench.cloud.state.withLock { $0.launches.count } == 9)
    #expect(try bench.tracker.rows().allSatisfy { $0.state == .observed })
  }

  @Test("secrets of what is not started are not left in the mailbox; those of what may have been are")
  func secrets() async throws {
    func secrets(_ bench: RentalBench) -> Int { bench.store.keys.count { $0.hasSuffix("/private/env") } }
    let refused = try bench()
    refused.cloud.state.withLock { $0.faults = [ProviderError(.forbidden, "not you")] }
    await #expect(throws: RunNeverStarted.self) { _ = try await submit(refused, 2) { $0.secretNames = ["KEY"] } }
    #expect(secrets(refused) == 0)
    let partly = try bench()
    partly.cloud.state.withLock { $0.composes = 1 }
    _ = try await submit(partly, 3) { $0.secretNames = ["KEY"] }
    #expect(secrets(partly) == 1)
    let doubtful = try bench()
    doubtful.cloud.state.withLock { $0.faults = Array(repeating: Self.lost, count: 20) }
    await #expect(throws: RunInDoubt.self) { _ = try await submit(doubtful, 2) { $0.secretNames = ["KEY"] } }
    #expect(secrets(doubtful) == 2)
  }

  @Test("what goes on at another provider is waited for by nobody here: its number means something else")
  func elsewhere() async throws {
    let bench = try bench()
    var other = try await bench.submit()
    other.rental?.place.provider = "other"
    try bench.orchestrator.store.write(other)
    _ = try await submit(bench, 1, after: [other.id])
    #expect(bench.cloud.state.withLock { $0.shares.map(\.after) } == [[]])
  }

  @Test("what cannot be prepared is left out with all after it, and said; what stands before it is sent")
  func leftOut() async throws {
    let bench = try bench()
    bench.cloud.state.withLock { $0.composes = 2 }
    let start = try #require(try await submit(bench, 4))
    #expect(start.records.count == 2 && bench.cloud.live.count == 2)
    #expect((start.failure as? RunNeverStarted)?.record.id.rawValue == "rp_0003")
    #expect(try status(bench) == [.queued, .queued, .failed, .failed])
    #expect(try bench.tracker.rows(.everything).count == 2)
  }

  @Test("a refusal of the request closes all of them, and nothing is sent after it")
  func refused() async throws {
    let bench = try bench(limit: 2)
    bench.cloud.state.withLock { $0.faults = [ProviderError(.forbidden, "not you")] }
    await #expect(throws: RunNeverStarted.self) { _ = try await submit(bench, 3) }
    #expect(try status(bench) == [.failed, .failed] && bench.cloud.live.isEmpty)
    #expect(bench.cloud.state.withLock { $0.launches.count } == 2)
  }

  @Test("given up while it is prepared: nothing is sent, and no row waits for an answer")
  func cancelled() async throws {
    let bench = try bench()
    await #expect(throws: CancellationError.self) {
      try await withThrowingTaskGroup(of: Void.self) { group in
        group.addTask {
          withUnsafeCurrentTask { $0?.cancel() }
          _ = try await submit(bench, 3)
        }
        try await group.waitForAll()
      }
    }
    #expect(try status(bench).allSatisfy { $0 == .failed })
    #expect(bench.cloud.state.withLock { $0.launches.isEmpty })
    #expect(try bench.tracker.rows().isEmpty)
  }

  @Test("a stop that is asked for while a machine is rented reaches its mailbox, in a sweep and alone")
  func wishes() async throws {
    let bench = try bench()
    let wish: @Sendable (RunProgress) -> Void = { progress in
      guard progress.phase == "renting" else { return }
      for folder in (try? Files.names(in: bench.home + "/runs")) ?? [] where folder == "rp_0001" || folder == "rp_0003" {
        try? RunFolder(bench.home + "/runs/" + folder).ask(.stop)
      }
    }
    let alone = try await bench.orchestrator.submit(RunRequest(spec: bench.spec()), onProgress: wish)
    let requests = (0..<3).map { _ in RunRequest(spec: bench.spec()) }
    let start = try #require(
      try await bench.orchestrator.submit(sweep: SweepRequest(label: "sweep-x", runs: requests, maxParallel: 1), onProgress: wish))
    let asked = (start.records + [alone]).filter { record in
      record.rental.map { bench.store.keys.contains($0.mailbox.command(.stop)) } ?? false
    }
    #expect(Set(asked.map(\.id.rawValue)) == ["rp_0001", "rp_0003"])
  }

  @Test("a provider that takes none, or a choice of providers: nothing is done, and each run is started by itself")
  func byItself() async throws {
    let none = try bench(limit: nil)
    #expect(try await submit(none, 3) == nil)
    let choice = try bench()
    #expect(try await submit(choice, 3) { $0.alternatives = [Alternative("cloud")] } == nil)
    #expect(try await submit(choice, 3) { $0.fallback = ["local"] } == nil)
    #expect(try status(none).isEmpty && status(choice).isEmpty)
  }
}
