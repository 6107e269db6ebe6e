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

@Suite("What the vendor bills")
struct VendorBillsTests {
  @Test("Two hours after its end a machine's bill is asked for until it is whole, and then its cost is billed for good")
  func bills() async throws {
    let bench = try RentalBench()
    let record = try await bench.submit(bench.spec())
    bench.clock.advance(600)
    try bench.finish(record)
    let over = try await #require(try bench.orchestrator.rented(record.id)).concluded(try bench.orchestrator.store.record(record.id)) { _ in
    }
    #expect(over.cost?.quality != .billed)
    let machine = try #require(over.rental?.resource)
    func look() async throws -> ResourceView? {
      var query = ResourceQuery()
      query.all = true
      return try await bench.keeper.resources(query).resources.first { $0.row.resource == machine }
    }
    func questions() -> Int { bench.cloud.state.withLock { $0.billQuestions } }
    // The second word of its end comes a window later.
    bench.clock.advance(120)
    _ = try await look()
    #expect(questions() == 0, "too early")
    bench.clock.advance(2 * 3_600)
    bench.cloud.state.withLock { $0.bills = nil }
    _ = try await look()
    #expect(questions() == 1)
    let (start, end) = (record.createdAt, bench.clock.now)
    bench.cloud.state.withLock { $0.bills = [machine: [Bill(from: start, to: start.addingTimeInterval(60), amount: Money(1))]] }
    #expect(try await look()?.cost?.quality != .billed, "a part of it is missing")
    bench.cloud.state.withLock { state in
      state.bills = [
        machine: [
          Bill(from: start, to: start.addingTimeInterval(60), amount: Money(1)),
          Bill(from: start.addingTimeInterval(60), to: end, amount: Money(2)),
        ]
      ]
    }
    #expect(try await look() != nil)
    let billed = try #require(try await look()?.cost)
    #expect(billed.quality == .billed && billed.amount == Money(3), "\(billed)")
    let asked = questions()
    bench.clock.advance(7_200)
    _ = try await look()
    #expect(questions() == asked, "it is known")
  }

  @Test("What it was billed for before anybody saw it start is part of its bill")
  func before() async throws {
    let bench = try RentalBench()
    bench.cloud.state.withLock { $0.turn = 300 }
    let record = try await bench.submit(bench.spec())
    bench.clock.advance(900)
    try bench.finish(record)
    let over = try await #require(try bench.orchestrator.rented(record.id)).concluded(try bench.orchestrator.store.record(record.id)) { _ in
    }
    let machine = try #require(over.rental?.resource)
    let start = record.createdAt
    bench.clock.advance(3 * 3_600)
    let end = bench.clock.now
    bench.cloud.state.withLock { state in
      state.bills = [
        machine: [
          Bill(from: start.addingTimeInterval(10), to: start.addingTimeInterval(70), amount: Money(1)),
          Bill(from: start.addingTimeInterval(300), to: end, amount: Money(2)),
        ]
      ]
    }
    var query = ResourceQuery()
    query.all = true
    for _ in 0..<2 { _ = try await bench.keeper.resources(query) }
    let cost = try await bench.keeper.resources(query).resources.first { $0.row.resource == machine }?.cost
    #expect(cost?.quality == .billed && cost?.amount == Money(3), "\(String(describing: cost))")
  }
}
