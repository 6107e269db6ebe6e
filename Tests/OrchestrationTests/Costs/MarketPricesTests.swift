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

@Suite("What the market charges")
struct MarketPricesTests {
  private let bench: RentalBench

  init() throws {
    bench = try RentalBench()
    bench.cloud.state.withLock { $0.candidates = [FakeCloud.spotCandidate("small", "a")] }
  }

  private var spec: RunSpec {
    var spec = bench.spec()
    spec.rental.spot = true
    return spec
  }
  private func list() async throws -> ResourceView? { try await bench.keeper.resources(ResourceQuery()).resources.first }
  private var questions: Int { bench.cloud.state.withLock { $0.priceQuestions.count } }
  private func set(_ prices: [(seconds: TimeInterval, hourly: Decimal)]?) {
    let now = bench.clock.now
    bench.cloud.state.withLock { state in
      state.prices = prices?.map { PriceChange(from: now.addingTimeInterval($0.seconds), hourly: Money($0.hourly)) }
    }
  }

  @Test(
    "Until it is known, its ceiling counts; then each price for its time, asked once an hour and once at the end, and the bill is observed")
  func follows() async throws {
    set(nil)
    let record = try await bench.submit(spec)
    bench.clock.advance(60)
    let early = try #require(try await list())
    #expect(early.hourly == Money(1) && early.cost?.quality == .estimated && questions == 1)
    set([(-7_200, 3), (-60, 2)])
    #expect(try await list()?.hourly == Money(2))
    #expect(questions == 2, "an answer that failed is asked for again")
    for _ in 0..<3 {
      bench.clock.advance(1_000)
      _ = try await list()
    }
    #expect(questions == 2)
    set([(-3_060, 2), (-1_260, 4)])
    bench.clock.advance(1_000)
    let later = try #require(try await list())
    // 1,800 s at 2 and 2,260 s at 4 an hour.
    #expect(questions == 3 && later.hourly == Money(4))
    #expect(later.cost?.amount.amount.description.hasPrefix("3.511111") == true, "\(String(describing: later.cost))")
    set(nil)
    bench.clock.advance(7_200)
    #expect(try await list()?.hourly == Money(4), "what is known stays")
    set([(-600, 8)])
    try bench.finish(record)
    let over = try await #require(try bench.orchestrator.rented(record.id)).concluded(try bench.orchestrator.store.record(record.id)) { _ in
    }
    #expect(over.cost?.quality == .observed && over.cleanup?.state == .done)
    let asked = questions
    _ = try await list()
    bench.clock.advance(7_200)
    _ = try await list()
    #expect(questions == asked, "it is over, and all is known")
    let tracker = try bench.tracker
    let cost = over.cost
    try tracker.rebuildProjections()
    #expect(try await bench.keeper.resource("m-1").resource.cost == cost)
  }

  @Test("What a run may pay at most is the ceiling that is frozen and reserved")
  func ceiling() async throws {
    var spec = spec
    spec.rental.maxPrice = Money(Decimal(string: "0.3") ?? 0)
    try await bench.submit(spec)
    let meter = try #require(try bench.tracker.rows().first?.meters.first)
    #expect(meter.isCeiling && meter.hourly == spec.rental.maxPrice && meter.source == "the run's max_price")
  }

  @Test("Machines at one place are asked about in one question")
  func together() async throws {
    set([(-60, 2)])
    for _ in 0..<5 { try await bench.submit(spec) }
    bench.clock.advance(10)
    _ = try await list()
    #expect(questions == 1)
    #expect(try bench.tracker.running().count == 5)
    #expect(try bench.tracker.running().allSatisfy { $0.intervals.allSatisfy { $0.meter.hourly == Money(2) } })
  }
}
