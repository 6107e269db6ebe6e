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

/// What becomes of runs whose launcher has died.
extension RentalTests {
  @Test("A run whose launcher died before it asked for a machine is closed, and its intent is void; one that may have a machine stays open")
  func diedBefore() async throws {
    let bench = try RentalBench()
    var record = try await bench.submit()
    let sent = try #require(try bench.tracker.rows().first)
    #expect(try bench.orchestrator.closeUnlessRented(record.id) == nil)
    for (number, hasIntent) in [(2, false), (3, true)] {
      (record.id, record.uid) = (RunID("rp_000\(number)"), "uid-\(number)")
      try Files.createFolder(bench.orchestrator.store.folder(record.id).path)
      try bench.orchestrator.store.write(record)
      if hasIntent {
        var row = LedgerRow(
          intent: IntentID("i-\(number)"), token: "t", kind: "machine", place: sent.place, owner: "me", installation: "home-1", meters: [],
          createdAt: bench.clock.now)
        row.runUID = record.uid
        try bench.tracker.intend(row, request: "r")
      }
      #expect(try await bench.orchestrator.run(record.id.rawValue).reason == .lost)
    }
    #expect(try bench.tracker.row(IntentID("i-3"))?.state == .void)
    #expect(try await bench.orchestrator.run("rp_0001").status == .queued && bench.tracker.rows().map(\.intent) == [sent.intent])
  }

  @Test("A further attempt whose launcher died while no place had a machine ends as cut off, and not as one that may still begin")
  func diedBetween() async throws {
    let bench = try RentalBench()
    var record = try await bench.submit()
    let first = try #require(try bench.tracker.rows().first)
    var row = LedgerRow(
      intent: IntentID("i-2"), token: "t", kind: "machine", place: first.place, owner: "me", installation: "home-1", meters: [],
      createdAt: bench.clock.now)
    row.runUID = record.uid
    try bench.tracker.intend(row, request: "r")
    try bench.tracker.requested(row.intent)
    _ = try bench.tracker.void(row.intent, .refused(error: "no capacity", comparedToken: true))
    record = try bench.orchestrator.store.record(record.id)
    var facts = try #require(record.rental)
    (facts.intent, facts.attempt, facts.resource) = (row.intent, 2, nil)
    record.rental = facts
    try bench.orchestrator.store.write(record)
    #expect(try bench.orchestrator.closeUnlessRented(record.id) == nil, "the first attempt's machine is still there")
    for _ in 0..<2 {
      _ = try bench.tracker.saidGone(first.intent, ProvidersWord(window: 60))
      bench.clock.advance(61)
    }
    let over = try #require(try bench.orchestrator.closeUnlessRented(record.id))
    #expect(
      over.reason == .interrupted && over.cleanup?.state == .done && over.detail?.contains("attempt 2 was not begun") == true, "\(over)")
  }
}
