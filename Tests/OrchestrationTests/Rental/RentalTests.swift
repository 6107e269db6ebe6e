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

@Suite("Renting a machine for a run")
struct RentalTests {
  private func fault(_ code: ProviderError.Code, _ effect: ProviderError.Effect, _ words: String = "words") -> ProviderError {
    ProviderError(code, words, effect: effect)
  }

  @Test("The intent is in the ledger with the exact request, the tags name it, and the mailbox holds the run")
  func straight() async throws {
    let bench = try RentalBench()
    let record = try await bench.submit()
    let row = try #require(try bench.tracker.rows().first)
    #expect(row.state == .observed && row.resource == ResourceID("m-1") && row.runUID == record.uid && row.owner == "arn:cloud:me")
    #expect(try bench.tracker.request(of: row.intent) == bench.cloud.state.withLock { $0.launches[0].request })
    let machine = try #require(bench.cloud.live.first)
    #expect(machine.tags[OwnershipTags.intent] == row.intent.rawValue)
    #expect(machine.tags[OwnershipTags.installation] == bench.installation)
    #expect(machine.tags[OwnershipTags.rate] == "0.5 USD/h; list; 2026-11-01")
    #expect(!machine.tags.keys.contains { $0.contains("say") || $0.contains("a,b") }, "no user tag becomes a key")
    let base = "p/home-1/\(record.uid)/"
    for key in ["run.json", "job.json", "config.yaml"] { #expect(bench.store.keys.contains(base + key)) }
    #expect(
      bench.store.keys.contains { $0.hasPrefix("p/home-1/bundles/") } && bench.store.keys.contains { $0.hasPrefix("p/home-1/agents/") })
    #expect(record.rental?.resource == ResourceID("m-1") && record.status == .queued)
  }

  @Test("No capacity in one zone: another intent with another token in the next, and the first is void")
  func failover() async throws {
    let bench = try RentalBench()
    bench.cloud.state.withLock { $0.faults = [fault(.noCapacity, .none)] }
    try await bench.submit()
    let launches = bench.cloud.state.withLock { $0.launches }
    #expect(launches.map(\.zone) == ["a", "b"])
    #expect(Set(launches.map(\.token)).count == 2)
    #expect(try bench.tracker.rows(.everything).map(\.state) == [.void, .observed])
    #expect(bench.cloud.live.count == 1)
  }

  @Test("A lost answer: the very same request goes to the very same zone, and there is one machine")
  func lostAnswer() async throws {
    let bench = try RentalBench()
    bench.cloud.state.withLock { $0.faults = [fault(.unreachable, .unknown), fault(.vendorFault, .unknown)] }
    try await bench.submit()
    let launches = bench.cloud.state.withLock { $0.launches }
    #expect(launches.count == 3 && Set(launches.map(\.request)).count == 1 && Set(launches.map(\.zone)) == ["a"])
    #expect(bench.cloud.live.count == 1)
    #expect(try bench.tracker.rows(.everything).map(\.state) == [.observed])
  }

  @Test("Answers that never come: nothing is tried elsewhere, the run stays open, and reconcile finds the machine")
  func doubt() async throws {
    let bench = try RentalBench()
    bench.cloud.state.withLock { $0.faults = Array(repeating: fault(.unreachable, .unknown), count: 20) }
    await #expect(throws: RunInDoubt.self) { try await bench.submit() }
    #expect(Set(bench.cloud.state.withLock { $0.launches.map(\.zone) }) == ["a"])
    #expect(try bench.tracker.rows().map(\.state) == [.requested])
    #expect(try bench.orchestrator.store.record(RunID("rp_0001")).status == .queued)
    let report = try await bench.keeper.reconcile(rebuild: false)
    #expect(report.changes.count == 1)
    #expect(try bench.tracker.rows().map(\.resource) == [ResourceID("m-1")])
  }

  @Test("A request that never arrived is void only after its signature has died and two empty listings a window apart")
  func neverArrived() async throws {
    let bench = try RentalBench()
    bench.cloud.state.withLock { $0.faults = Array(repeating: fault(.unreachable, .unknown, "never arrived"), count: 20) }
    await #expect(throws: RunInDoubt.self) { try await bench.submit() }
    _ = try await bench.keeper.reconcile(rebuild: false)
    bench.clock.advance(120)
    _ = try await bench.keeper.reconcile(rebuild: false)
    #expect(try bench.tracker.rows().map(\.state) == [.requested], "too early: it may still be accepted")
    bench.clock.advance(16 * 60)
    bench.cloud.state.withLock { $0.listingIsPartial = true }
    _ = try await bench.keeper.reconcile(rebuild: false)
    bench.clock.advance(120)
    _ = try await bench.keeper.reconcile(rebuild: false)
    #expect(try bench.tracker.rows().map(\.state) == [.requested], "a partial listing proves nothing")
    bench.cloud.state.withLock { $0.listingIsPartial = false }
    _ = try await bench.keeper.reconcile(rebuild: false)
    #expect(try bench.tracker.rows().map(\.state) == [.requested], "one word is none")
    bench.clock.advance(61)
    _ = try await bench.keeper.reconcile(rebuild: false)
    #expect(try bench.tracker.rows(.everything).map(\.state) == [.void])
  }

  @Test("Of a machine that never said a word, its vendor's own log is brought home, and the record says so")
  func vendorsLog() async throws {
    let bench = try RentalBench()
    let record = try await bench.submit()
    let machine = try #require(try bench.orchestrator.store.record(record.id).rental?.resource)
    bench.cloud.state.withLock { $0.outputs[machine] = Array("there is no agent to be had\n".utf8) }
    let rented = try #require(try bench.orchestrator.rented(record.id))
    // Waiting moves the clock, so that half an hour is over at once.
    let over = try await rented.follow(FollowOptions(output: nil)) { _ in }
    #expect(over.reason == .lost && over.warnings.contains { $0.contains("nothing of it came by the mailbox") }, "\(over)")
    #expect(try Files.readText(bench.orchestrator.store.folder(record.id).logs) == "there is no agent to be had\n")
  }

  @Test("A price above what the run allows rents nothing, and writes no intent")
  func tooDear() async throws {
    let bench = try RentalBench()
    var spec = bench.spec()
    spec.rental.maxPrice = Money(Decimal(string: "0.4") ?? 0)
    let error = await #expect(throws: RunNeverStarted.self) { try await bench.submit(spec) }
    #expect(error?.cause.message.contains("costs 0.5 USD/h, and the run allows 0.4 USD/h") ?? false)
    #expect(bench.cloud.state.withLock { $0.launches.isEmpty })
    #expect(try bench.tracker.rows(.everything).isEmpty)
  }

  @Test("What a run sets for its provider is what the mailbox is opened with: a role of its own needs no session")
  func ownRole() async throws {
    let bench = try RentalBench()
    var spec = bench.spec()
    spec.providerOptions = ["instance_profile": .string("mine")]
    try await bench.submit(spec)
    #expect(bench.doors.withLock { $0.last?.values["instance_profile"] } == .string("mine"))
  }

  @Test("A mount of this machine is refused before anything is rented")
  func mounts() async throws {
    let bench = try RentalBench()
    var spec = bench.spec()
    spec.mounts = [Mount(name: "data", source: "/data", target: "/data")]
    await #expect(throws: RunNeverStarted.self) { try await bench.submit(spec) }
    #expect(bench.cloud.state.withLock { $0.launches.isEmpty })
  }
}

@Suite("Ending what was rented")
struct RentalEndTests {
  @Test("Nothing that is not ours is ever destroyed, whatever is said")
  func foreign() async throws {
    let bench = try RentalBench()
    let record = try await bench.submit()
    bench.cloud.addStranger("theirs")
    bench.cloud.addStranger(
      "other-home", tags: [OwnershipTags.createdBy: "runpilot", OwnershipTags.installation: "home-2", OwnershipTags.owner: "arn:cloud:me"])
    try bench.finish(record)
    bench.clock.advance(1_200)
    var request = CleanupRequest()
    request.force = true
    request.includeData = true
    let plan = try await bench.keeper.plan(request)
    #expect(plan.items.map { $0.resource.row.resource } == [ResourceID("m-1")])
    let report = try await bench.keeper.destroy(plan, request)
    #expect(report.failed.isEmpty)
    #expect(bench.cloud.live.map(\.id.rawValue).sorted() == ["other-home", "theirs"])
    for name in ["theirs", "other-home"] {
      request.references = [name]
      await #expect(throws: (any Error).self) { try await bench.keeper.plan(request) }
    }
  }

  @Test("A run that is alive keeps its machine; force passes, and says yes to nothing else")
  func alive() async throws {
    let bench = try RentalBench()
    try await bench.submit()
    #expect(try await bench.keeper.plan(CleanupRequest()).items.isEmpty)
    var named = CleanupRequest()
    named.references = ["m-1"]
    let plan = try await bench.keeper.plan(named)
    #expect(plan.items.isEmpty && plan.skipped.count == 1)
    named.force = true
    #expect(try await bench.keeper.plan(named).items.count == 1)
  }

  @Test("A run that nobody follows is known to be alive by its mailbox, however old it is; one whose agent fell silent is not")
  func pulse() async throws {
    let bench = try RentalBench()
    let mailbox = try #require(try await bench.submit().rental?.mailbox)
    let beat = Heartbeat(sequence: 1, at: bench.clock.now, status: .running, logBytes: 0, sentBytes: 0, bootID: "b")
    var named = CleanupRequest()
    named.references = ["m-1"]
    bench.clock.advance(7_200)
    bench.store.time = bench.clock.now
    _ = try await bench.store.put(mailbox.heartbeat, Array(try JSON.encode(beat)), condition: .always)
    bench.clock.advance(60)
    let plan = try await bench.keeper.plan(named)
    #expect(plan.items.isEmpty && plan.skipped.first?.reason.contains("alive") == true, "\(plan)")
    #expect(try bench.tracker.row(called: "m-1").lastHeartbeatAt != nil)
    bench.clock.advance(1_200)
    #expect(try await bench.keeper.resources(ResourceQuery()).resources.first?.orphan?.contains("silent since") == true)
    #expect(try await bench.keeper.plan(named).items.count == 1)
  }

  @Test("A job that is alive is asked to end before its machine is taken away by force, and waited for while it saves")
  func graceBeforeForce() async throws {
    let bench = try RentalBench()
    let mailbox = try #require(try await bench.submit().rental?.mailbox)
    let beat = Heartbeat(sequence: 1, at: bench.clock.now, status: .running, logBytes: 0, sentBytes: 0, bootID: "b")
    _ = try await bench.store.put(mailbox.heartbeat, Array(try JSON.encode(beat)), condition: .always)
    var request = CleanupRequest()
    (request.references, request.force) = (["m-1"], true)
    let plan = try await bench.keeper.plan(request)
    let before = bench.clock.now
    let report = try await bench.keeper.destroy(plan, request)
    #expect(bench.store.keys.contains(mailbox.command(.stop)))
    // It never ends by itself here: its grace and a minute to bring away what it saved, and not more.
    #expect(bench.clock.now.timeIntervalSince(before) >= 90)
    #expect(report.deleted + report.pending == ["m-1"] && report.failed.isEmpty, "\(report)")
  }

  @Test(
    "A live run whose machine a person takes away is over at once in every list, with who did it; its log comes home, and nothing starts again"
  )
  func closedByCleanup() async throws {
    let bench = try RentalBench()
    var spec = bench.spec()
    spec.rental.retries = 3
    let record = try await bench.submit(spec)
    let mailbox = try #require(record.rental?.mailbox)
    _ = try await bench.store.put(mailbox.log(at: 0), Array("half way\n".utf8), condition: .always)
    bench.clock.advance(1_200)
    var request = CleanupRequest()
    (request.references, request.force) = (["m-1"], true)
    let report = try await bench.keeper.destroy(try await bench.keeper.plan(request), request)
    #expect(report.pending == ["m-1"])
    let over = try bench.orchestrator.store.record(record.id)
    #expect(over.status == .cancelled && over.reason == .stopped && over.finishedAt == bench.clock.now)
    #expect(over.detail == "its machine m-1 was ended by `runpilot resources cleanup`")
    #expect(try Files.readText(bench.orchestrator.store.folder(record.id).logs) == "half way\n")
    // Attaching only settles what became of the machine.
    let settled = try await #require(try bench.orchestrator.rented(record.id)).concluded(over) { _ in }
    #expect(settled.status == .cancelled && settled.cleanup?.state == .done && settled.cost != nil)
    #expect(bench.cloud.state.withLock { $0.machines.count } == 1)
  }

  @Test("While somebody follows the run, the clean-up does not wait: the follower closes it, and says the same")
  func closedByFollower() async throws {
    let bench = try RentalBench()
    let record = try await bench.submit()
    bench.clock.advance(1_200)
    var lock = try FileLock.tryAcquire(bench.orchestrator.store.folder(record.id).mirrorLock)
    #expect(lock != nil)
    var request = CleanupRequest()
    (request.references, request.force) = (["m-1"], true)
    _ = try await bench.keeper.destroy(try await bench.keeper.plan(request), request)
    #expect(try !bench.orchestrator.store.record(record.id).status.isTerminal)
    withExtendedLifetime(lock) {}
    lock = nil
    let run = try #require(try bench.orchestrator.rented(record.id))
    let over = try await run.close(try await run.mirror(), RunEnd(.lost, "its machine is gone"))
    #expect(over.status == .cancelled && over.detail == "its machine m-1 was ended by `runpilot resources cleanup`")
  }

  @Test("A machine that went without anybody's doing leaves a run that is lost")
  func lostByItself() async throws {
    let bench = try RentalBench()
    let record = try await bench.submit()
    let run = try #require(try bench.orchestrator.rented(record.id))
    let over = try await run.close(try await run.mirror(), RunEnd(.lost, "its machine is gone"))
    #expect(over.status == .failed && over.reason == .lost && over.detail == "its machine is gone")
  }

  @Test("A machine that is taken away when its mailbox does not answer: its run is over all the same")
  func closedWithoutMailbox() async throws {
    let bench = try RentalBench()
    let record = try await bench.submit()
    bench.clock.advance(7_200)
    bench.store.isDown = true
    var request = CleanupRequest()
    (request.references, request.force) = (["m-1"], true)
    _ = try await bench.keeper.destroy(try await bench.keeper.plan(request), request)
    #expect(bench.cloud.live.isEmpty)
    #expect(try bench.orchestrator.store.record(record.id).status == .cancelled)
  }

  @Test("The audit says in one line each who did what to what")
  func audit() async throws {
    let bench = try RentalBench()
    let record = try await bench.submit()
    try bench.tracker.set(Budget(name: "small", scope: .month, limit: Money(9)))
    _ = try await bench.keeper.pause(["m-1"], .stop)
    _ = try await bench.keeper.protect(["m-1"], until: nil)
    _ = try await bench.keeper.unprotect(["m-1"])
    try bench.finish(record)
    bench.clock.advance(1_200)
    bench.cloud.state.withLock { $0.deletionLies = true }
    _ = try await bench.keeper.destroy(try await bench.keeper.plan(CleanupRequest()), CleanupRequest())
    let events = try await bench.keeper.audit(limit: nil, verify: true).events
    let lines = events.map { "\($0.by) \($0.text)" }
    for line in [
      "run rp_0001 wrote down what is to be rented: machine small in a, 0.5 USD/h, for rp_0001",
      "run rp_0001 sent the request for machine m-1 of rp_0001", "the test set the budget 'small' to 9 USD",
      "resources stop asked the provider to stop machine m-1 of rp_0001", "resources protect protected machine m-1 of rp_0001",
      "resources unprotect took the protection of machine m-1 of rp_0001 back",
      "resources cleanup wanted the end of machine m-1 of rp_0001: its run rp_0001 is over",
      "resources cleanup asked the provider to end machine m-1 of rp_0001",
      "resources cleanup asked for the end of machine m-1 of rp_0001; the provider took it",
    ] {
      #expect(lines.contains(line), "no '\(line)' among \(lines.joined(separator: "\n"))")
    }
    #expect(events.allSatisfy { !$0.text.isEmpty && !$0.text.contains("\n") && !$0.kind.isEmpty })
  }

  @Test("A budget that is spent ends the run that counts against it, once, and the record says that it was the money")
  func spentBudget() async throws {
    let bench = try RentalBench()
    let submitted = try await bench.submit()
    let run = try #require(try bench.orchestrator.rented(submitted.id))
    let mirror = try await run.mirror()
    try bench.tracker.set(Budget(name: "other", scope: .project("another"), limit: Money(1)))
    bench.clock.advance(36_000)
    await run.stopWhenSpent(mirror)
    #expect(!bench.store.keys.contains(run.facts.mailbox.command(.stop)), "of another project")
    try bench.tracker.set(Budget(name: "small", scope: .provider("cloud"), limit: Money(Decimal(string: "0.01") ?? 1)))
    await run.stopWhenSpent(mirror)
    #expect(bench.store.keys.contains(run.facts.mailbox.command(.stop)))
    var over = submitted
    (over.status, over.reason, over.finishedAt) = (.cancelled, .stopped, bench.clock.now)
    try bench.orchestrator.store.write(over)
    let record = try await run.concluded(over) { _ in }
    #expect(record.reason == .budget && record.status == .failed && record.detail?.contains("'small'") == true, "\(record)")
    #expect(bench.cloud.live.isEmpty)
  }

  @Test("A protection that was set after the plan was made holds")
  func protectedLater() async throws {
    let bench = try RentalBench()
    let record = try await bench.submit()
    try bench.finish(record)
    bench.clock.advance(1_200)
    var request = CleanupRequest()
    request.force = true
    let plan = try await bench.keeper.plan(request)
    #expect(plan.items.count == 1)
    try await bench.cloud.setTags(["runpilot:protected": "true"], on: ResourceID("m-1"))
    let report = try await bench.keeper.destroy(plan, request)
    #expect(report.deleted.isEmpty && report.pending.isEmpty && report.skipped.count == 1)
    #expect(bench.cloud.state.withLock { $0.destroys } == 0 && bench.cloud.live.count == 1)
  }

  @Test("protect makes the machine's own end a stop, and unprotect takes it back")
  func ownEnd() async throws {
    let bench = try RentalBench()
    try await bench.submit()
    #expect(try await bench.keeper.protect(["m-1"], until: nil).allSatisfy { $0.error == nil })
    #expect(bench.cloud.live[0].endsItself == false && bench.cloud.live[0].tags["runpilot:protected"] == "true")
    #expect(try await bench.keeper.unprotect(["m-1"]).allSatisfy { $0.error == nil })
    #expect(bench.cloud.live[0].endsItself && bench.cloud.live[0].tags["runpilot:protected"] == nil)
  }

  @Test("A partial listing destroys nothing")
  func partial() async throws {
    let bench = try RentalBench()
    let record = try await bench.submit()
    try bench.finish(record)
    bench.clock.advance(1_200)
    bench.cloud.state.withLock { $0.listingIsPartial = true }
    let plan = try await bench.keeper.plan(CleanupRequest())
    #expect(plan.items.isEmpty && plan.gaps.count == 1 && plan.skipped.count == 1)
  }

  @Test("A plan that was changed by hand is refused")
  func tampered() async throws {
    let bench = try RentalBench()
    let record = try await bench.submit()
    try bench.finish(record)
    bench.clock.advance(1_200)
    var plan = try await bench.keeper.plan(CleanupRequest())
    plan.items[0].resource.row.resource = ResourceID("m-2")
    await #expect(throws: (any Error).self) { try await bench.keeper.destroy(plan, CleanupRequest()) }
    #expect(bench.cloud.state.withLock { $0.destroys } == 0)
  }

  @Test("A deletion that answers yes and does nothing is never reported as done, and goes on until it is")
  func lying() async throws {
    let bench = try RentalBench()
    let record = try await bench.submit()
    try bench.finish(record)
    bench.clock.advance(1_200)
    bench.cloud.state.withLock { $0.deletionLies = true }
    let report = try await bench.keeper.destroy(try await bench.keeper.plan(CleanupRequest()), CleanupRequest())
    #expect(report.deleted.isEmpty && report.pending == ["m-1"])
    for _ in 0..<12 {
      bench.clock.advance(300)
      let listing = try await bench.keeper.resources(ResourceQuery())
      #expect(listing.resources.map(\.row.state) == [.deleting])
    }
    #expect(try await bench.keeper.resources(ResourceQuery()).resources[0].stuckSince != nil)
    bench.cloud.state.withLock { $0.deletionLies = false }
    for _ in 0..<4 {
      bench.clock.advance(300)
      _ = try await bench.keeper.resources(ResourceQuery())
    }
    #expect(try bench.tracker.rows(.everything).map(\.state) == [.absent] && bench.cloud.live.isEmpty)
  }

  @Test("With another account's credentials nothing is over, whatever they do not find: the rows stay, and it is said that nobody looked")
  func otherAccount() async throws {
    let bench = try RentalBench()
    let record = try await bench.submit()
    try bench.finish(record)
    bench.clock.advance(1_200)
    bench.cloud.state.withLock { $0.account = "999" }
    for _ in 0..<3 {
      bench.clock.advance(120)
      let listing = try await bench.keeper.resources(ResourceQuery())
      #expect(listing.resources.map(\.row.state) == [.observed])
      #expect(listing.gaps.count == 1 && listing.gaps.first?.message.contains("account 123") ?? false)
    }
    let driver = try ResourceDriver(orchestrator: bench.orchestrator, rental: bench.rental, by: "the test")
    #expect(await driver.end(run: record).state == .pending)
    bench.cloud.state.withLock { $0.account = "123" }
    #expect(await driver.end(run: record).state == .done && bench.cloud.live.isEmpty)
  }

  @Test("What a complete listing does not show is asked for by name: no answer is no end, and a machine without its tags lives on")
  func unlisted() async throws {
    let bench = try RentalBench()
    try await bench.submit()
    bench.clock.advance(1_200)
    let tags = bench.cloud.live[0].tags
    try await bench.cloud.setTags([OwnershipTags.createdBy: nil, OwnershipTags.run: nil], on: ResourceID("m-1"))
    for fails in [true, false, false, false] {
      bench.cloud.state.withLock { $0.statusFails = fails }
      bench.clock.advance(120)
      let listing = try await bench.keeper.resources(ResourceQuery())
      #expect(listing.resources.map(\.row.state.isOver) == [false] && listing.gaps.count == (fails ? 1 : 0))
    }
    try await bench.cloud.setTags(tags, on: ResourceID("m-1"))
    #expect(try await bench.keeper.resources(ResourceQuery()).resources.map(\.row.state) == [.ready])
  }

  @Test("A run whose machine's name was never heard is ended all the same: its machine is found by its tags")
  func unnamed() async throws {
    let bench = try RentalBench()
    bench.cloud.state.withLock { $0.faults = Array(repeating: ProviderError(.unreachable, "words", effect: .unknown), count: 20) }
    await #expect(throws: RunInDoubt.self) { try await bench.submit() }
    let record = try bench.orchestrator.store.record(RunID("rp_0001"))
    try bench.finish(record)
    bench.clock.advance(1_200)
    let driver = try ResourceDriver(orchestrator: bench.orchestrator, rental: bench.rental, by: "the test")
    #expect(await driver.end(run: record).state == .done)
    #expect(bench.cloud.live.isEmpty && bench.cloud.state.withLock { $0.machines.count } == 1)
  }

  @Test("A fresh home adopts by tags, and the old home then sees a stranger")
  func adoption() async throws {
    let old = try RentalBench()
    try await old.submit()
    let fresh = try RentalBench(cloud: old.cloud, clock: old.clock, installation: "home-2")
    old.clock.advance(7_200)
    var discover = ResourceQuery()
    discover.discover = true
    #expect(try await fresh.keeper.resources(discover).resources.map(\.standing) == [.another])
    #expect(try await fresh.keeper.adopt(["m-1"]).allSatisfy { $0.error == nil })
    fresh.clock.advance(3_600)
    var request = CleanupRequest()
    request.references = ["m-1"]
    request.force = true
    let plan = try await fresh.keeper.plan(request)
    _ = try await fresh.keeper.destroy(plan, request)
    #expect(old.cloud.live.isEmpty)
    let cost = try #require(try await fresh.keeper.resource("m-1").resource.cost)
    #expect(cost.quality == .estimated)
  }

  @Test("A run with something that may cost is not deleted")
  func deletion() async throws {
    let bench = try RentalBench()
    let record = try await bench.submit()
    try bench.finish(record)
    await #expect(throws: RunHasResources.self) { try await bench.orchestrator.delete(record.id) }
  }
}
