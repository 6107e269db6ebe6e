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

@Suite("Disks and snapshots of rented machines")
struct DiskTests {
  private let bench: RentalBench

  init() throws { bench = try RentalBench() }

  private func rows() throws -> [LedgerRow] { try bench.tracker.rows(.everything) }
  private func row(_ id: String) throws -> LedgerRow? { try rows().first { $0.resource == ResourceID(id) } }
  private func list() async throws -> [ResourceView] { try await bench.keeper.resources(ResourceQuery()).resources }
  private var disks: [String] { bench.cloud.state.withLock { $0.disks.filter { $0.state != .gone }.map(\.id.rawValue) } }

  /// The run's end, as its follower brings it about.
  private func end(_ record: RunRecord) async throws -> RunRecord {
    try bench.finish(record)
    let run = try #require(try bench.orchestrator.rented(record.id))
    return try await run.concluded(try bench.orchestrator.store.record(record.id)) { _ in }
  }

  @Test(
    "A boot disk that does not go with its machine is part of it while it lives, then a row of its own that costs from then on, and goes")
  func bootDisk() async throws {
    let record = try await bench.submit()
    bench.cloud.addDisk("d-1", of: try #require(bench.cloud.live.first), holdsData: false)
    for _ in 0..<2 {
      bench.clock.advance(1_000)
      #expect(try await list().map(\.row.kind) == ["machine"], "the machine's row pays for it")
    }
    let over = try await end(record)
    #expect(over.cleanup == CleanupOutcome(.done) && disks.isEmpty && bench.cloud.live.isEmpty, "\(String(describing: over.cleanup))")
    let (machine, disk) = (try #require(try row("m-1")), try #require(try row("d-1")))
    #expect(disk.parent == machine.intent && disk.intent != machine.intent && disk.runID == record.id && disk.runUID == record.uid)
    #expect(disk.kind == "volume" && disk.project == machine.project && disk.expiresAt == machine.expiresAt)
    #expect(disk.launchedAt == machine.endedAt && disk.launchedAt != nil)
    #expect(disk.meters.first?.hourly == Money(Decimal(string: "0.03") ?? 0), "and not what the machine's tag says")
    bench.clock.advance(3_600)
    #expect(try await list().isEmpty)
    #expect(try rows().map(\.state) == [.absent, .absent])
    let kept = try bench.tracker.totals(by: [.kind])
    try bench.tracker.rebuildProjections()
    #expect(try bench.tracker.totals(by: [.kind]) == kept)
  }

  @Test(
    "What may hold data stays at a run's end, with its price and the way on; only --include-data takes it, and the run's clean-up is done")
  func data() async throws {
    let record = try await bench.submit()
    let machine = try #require(bench.cloud.live.first)
    bench.cloud.addDisk("d-data", of: machine, holdsData: true)
    bench.cloud.addDisk("s-1", "snapshot", of: machine, holdsData: true, attached: false, made: bench.clock.now)
    // Made from an image, and long after the machine: somebody else's doing.
    bench.cloud.addDisk("d-late", of: machine, holdsData: false, attached: false, made: bench.clock.now.addingTimeInterval(900))
    bench.clock.advance(1_000)
    let views = try await list()
    #expect(views.map(\.row.kind).sorted() == ["machine", "snapshot", "volume", "volume"])
    #expect(views.filter { $0.row.kind != "machine" }.allSatisfy { $0.hourly == Money(Decimal(string: "0.03") ?? 0) && $0.cost != nil })
    let stopped = try await bench.keeper.pause(["m-1"], .stop)
    #expect(stopped.first?.outcome.contains("0.09/h") == true && stopped.first?.outcome.contains("snapshot s-1") == true, "\(stopped)")
    let over = try await end(record)
    #expect(over.cleanup?.state == .done && bench.cloud.live.isEmpty && disks == ["d-data", "s-1", "d-late"])
    let words = over.warnings.joined(separator: "\n")
    for id in ["d-data", "s-1", "d-late"] { #expect(words.contains(id) && words.contains("--include-data"), "\(words)") }
    bench.clock.advance(1_200)
    var request = CleanupRequest()
    request.force = true
    let careful = try await bench.keeper.plan(request)
    #expect(careful.items.isEmpty && careful.skipped.count == 3)
    bench.cloud.setDiskTag("runpilot:protected", "true", on: "s-1")
    request.includeData = true
    let plan = try await bench.keeper.plan(request)
    #expect(plan.items.map(\.resource.row.resource?.rawValue) == ["d-data", "d-late"] && plan.skipped.map(\.id) == ["s-1"])
    let report = try await bench.keeper.destroy(plan, request)
    #expect(report.failed.isEmpty && disks == ["s-1"])
  }

  @Test("The boot disk of a run that was lost stays: its outputs may be there, and nowhere else")
  func lostRun() async throws {
    var record = try await bench.submit()
    bench.cloud.addDisk("d-1", of: try #require(bench.cloud.live.first), holdsData: false)
    bench.clock.advance(1_000)
    (record.status, record.reason, record.finishedAt) = (.failed, .lost, bench.clock.now)
    try bench.orchestrator.store.write(record)
    let over = try await #require(try bench.orchestrator.rented(record.id)).concluded(record) { _ in }
    #expect(over.cleanup?.state == .done && bench.cloud.live.isEmpty && disks == ["d-1"])
    #expect(
      over.warnings.contains { $0.contains("volume d-1 stays and costs $0.03/h") && $0.contains("--include-data") }, "\(over.warnings)")
  }

  @Test("A disk that hangs on a machine, one of another home and one that carries no tags are never deleted, whatever is said")
  func never() async throws {
    let record = try await bench.submit()
    let machine = try #require(bench.cloud.live.first)
    bench.cloud.addDisk("d-hangs", of: machine, holdsData: true)
    var (theirs, bare) = (machine, machine)
    theirs.tags[OwnershipTags.installation] = "home-2"
    bare.tags = [:]
    bench.cloud.addDisk("d-theirs", of: theirs, holdsData: true, attached: false)
    bench.cloud.addDisk("d-bare", of: bare, holdsData: true, attached: false)
    bench.clock.advance(1_200)
    var request = CleanupRequest()
    (request.force, request.includeData, request.overrideProtection) = (true, true, ["d-hangs", "d-theirs", "d-bare"])
    _ = try await list()
    request.references = ["d-hangs"]
    let plan = try await bench.keeper.plan(request)
    #expect(plan.items.isEmpty && plan.skipped.first?.reason.contains("hangs on m-1") == true, "\(plan.skipped)")
    for id in ["d-theirs", "d-bare"] {
      request.references = [id]
      await #expect(throws: (any Error).self) { try await bench.keeper.plan(request) }
    }
    _ = try await end(record)
    #expect(Set(disks) == ["d-hangs", "d-theirs", "d-bare"])
  }

  @Test("A disk whose machine was never named is no proof that the request made that disk")
  func noMachine() async throws {
    bench.cloud.state.withLock { $0.faults = Array(repeating: ProviderError(.unreachable, "never arrived", effect: .unknown), count: 20) }
    await #expect(throws: RunInDoubt.self) { try await bench.submit() }
    let intent = try #require(try rows().first)
    var machine = FakeCloud.Machine(
      id: ResourceID("m-9"), token: "", place: intent.place, state: .gone, tags: OwnershipTags.tags(of: intent),
      launchedAt: bench.clock.now,
      listedFrom: .distantPast)
    machine.tags[OwnershipTags.createdBy] = "runpilot"
    bench.cloud.addDisk("d-1", of: machine, holdsData: true, attached: false)
    _ = try await list()
    #expect(try bench.tracker.row(intent.intent)?.resource == nil && row("d-1")?.parent == intent.intent)
  }
}
