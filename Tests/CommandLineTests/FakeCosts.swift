import ControlAPI
import CostReporting
import FoundationEssentials
import Synchronization
import TrainingModel

/// A machine that ran, one that runs, and one that will not go.
final class FakeCosts: CostService, Sendable {
  let kept = Mutex<[Budget]>([])
  let stuck: Bool
  let unpriced: Bool

  init(stuck: Bool = false, unpriced: Bool = false) {
    self.stuck = stuck
    self.unpriced = unpriced
  }

  private func rows() -> [(row: LedgerRow, intervals: [CostInterval])] {
    let meters = [
      Meter(
        .compute, "gpu.large, on demand", hourly: Money(Decimal(sign: .plus, exponent: -3, significand: 526)), minimumSeconds: 60,
        span: .running),
      Meter(.disk, "100 GB", hourly: unpriced ? nil : Money(Decimal(sign: .plus, exponent: -4, significand: 110))),
    ]
    return (1...2).map { number in
      var row = LedgerRow(
        intent: IntentID("00000000-0000-7000-8000-00000000000\(number)"), token: "t", kind: "machine",
        place: RentalPlace(provider: "cloud", account: "1234", region: "north", machine: "gpu.large"), owner: "ann@desk",
        installation: "home",
        meters: meters, createdAt: Stage.now.addingTimeInterval(-90_000))
      row.state = stuck && number == 2 ? .deleting : .ready
      row.stateSince = Stage.now.addingTimeInterval(-600)
      row.note = stuck && number == 2 ? "the volume is in use" : nil
      row.resource = ResourceID("i-\(number)")
      row.runUID = "uid-\(number)"
      row.runID = RunID("rp_000\(number)")
      row.project = number == 1 ? "thesis" : nil
      row.tags = number == 1 ? ["sweep", "a,b"] : []
      let intervals = meters.enumerated().map { index, meter in
        CostInterval(
          intent: row.intent, meterIndex: index, meter: meter, start: Stage.now.addingTimeInterval(-90_000),
          end: number == 1 ? Stage.now.addingTimeInterval(-3_600) : nil, quality: number == 1 ? .observed : .estimated)
      }
      return (row, intervals)
    }
  }

  func report(_ query: CostQuery) async throws -> CostReport {
    var tally = CostTally(by: query.grouping)
    for charge in try await charges(query) { tally.add(charge) }
    let burning = Burning(rows())
    return CostReport(
      grouping: query.grouping, lines: tally.lines, total: tally.total, burning: burning,
      warnings: CostThresholds().warnings(burning, total: tally.total), stuck: rows().map(\.row).filter { $0.state == .deleting })
  }

  func charges(_ query: CostQuery) async throws -> [CostCharge] {
    rows().flatMap { CostSplitting.charges(of: $0.row, $0.intervals, now: Stage.now, days: query.days) }
  }

  func budgets() async throws -> [BudgetAccount] {
    kept.withLock { $0 }.map { budget in
      var spent = CostSum()
      spent.add(Money(17, budget.limit.currency), quality: .observed)
      return BudgetAccount(budget, spent: spent, reserved: 1)
    }
  }

  func set(_ budget: Budget) async throws { kept.withLock { $0 = $0.filter { $0.name != budget.name } + [budget] } }

  func removeBudget(_ name: String) async throws -> Bool {
    kept.withLock { kept in
      let before = kept.count
      kept.removeAll { $0.name == name }
      return kept.count < before
    }
  }
}
