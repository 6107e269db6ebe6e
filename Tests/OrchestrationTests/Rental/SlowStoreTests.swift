import ControlAPI
import Synchronization
import Testing
import TrainingModel

@testable import Orchestration

@Suite("A clean-up while mailboxes answer slowly, or not at all")
struct SlowStoreTests {
  @Test("What nobody needs is planned and destroyed, however long the listening to other runs took", arguments: [false, true])
  func patience(isDown: Bool) async throws {
    let bench = try RentalBench()
    let over = try await bench.submit()
    try await bench.submit()
    try bench.finish(over)
    bench.clock.advance(1_200)
    let clock = bench.clock
    bench.store.beforeAnswer.withLock { $0 = { clock.advance(45) } }
    bench.store.isDown = isDown
    let plan = try await bench.keeper.plan(CleanupRequest())
    #expect(plan.items.map { $0.resource.row.runID } == [over.id], "\(plan.skipped)")
    let report = try await bench.keeper.destroy(plan, CleanupRequest())
    #expect(report.skipped.isEmpty && report.failed.isEmpty, "\(report)")
    #expect(bench.cloud.live.count == 1)
  }
}
