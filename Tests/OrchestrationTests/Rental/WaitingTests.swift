import ProviderKit
import Synchronization
import Testing
import TrainingModel

@testable import Orchestration

@Suite("A machine that waits for its turn")
struct WaitingTests {
  @Test(
    "While a machine waits for its turn it is asked for by itself, and once a minute what there is; that its turn has come shows at once")
  func waits() async throws {
    let bench = try RentalBench()
    let run = try #require(try bench.orchestrator.rented(try await bench.submit().id))
    let mirror = try await run.mirror()
    func set(_ state: ResourceState) { bench.cloud.state.withLock { $0.machines[0].state = state } }
    func look() async -> (seen: ResourceState?, listings: Int) {
      let before = bench.cloud.state.withLock { $0.listings }
      let seen = await run.stopWhenSpent(mirror)
      return (seen?.state, bench.cloud.state.withLock { $0.listings } - before)
    }
    set(.starting)
    for expected in [1, 0, 0] {
      #expect(await look() == (.starting, expected))
      bench.clock.advance(20)
    }
    #expect(await look() == (.starting, 1))
    set(.running)
    #expect(await look() == (.running, 1))
    #expect(await look() == (nil, 0), "it is known now")
  }
}
