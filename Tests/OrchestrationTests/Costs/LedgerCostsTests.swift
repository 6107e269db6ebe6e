import ControlAPI
import CostReporting
import FoundationEssentials
import RunPilotTesting
import Synchronization
import Testing
import TrainingModel

@testable import Orchestration
@testable import ResourceTracking

@Suite("Costs from the ledger")
struct LedgerCostsTests {
  /// A clock that is set by hand.
  private final class Clock: Sendable {
    private let moment = Mutex(Date(timeIntervalSince1970: 1_784_541_600))  // 2026-07-20T10:00:00Z
    var now: Date { moment.withLock { $0 } }
    func go(_ seconds: TimeInterval) { moment.withLock { $0 += seconds } }
  }

  private let home: TemporaryFolder
  private let clock = Clock()
  private let costs: LedgerCosts

  init() throws {
    home = try TemporaryFolder()
    let (path, clock) = (home.path, clock)
    costs = LedgerCosts(
      home: path, tracker: { try ResourceTracker(home: path, installation: "home", by: $0, now: { clock.now }) }, now: { clock.now })
  }

  private func tracker() throws -> ResourceTracker {
    let clock = clock
    return try ResourceTracker(home: home.path, installation: "home", by: "test", now: { clock.now })
  }

  private func row(_ number: Int, provider: ProviderID = "cloud", rate: Decimal? = 1, hours: Double = 10) -> LedgerRow {
    var row = LedgerRow(
      intent: IntentID("0198a000-0000-7000-8000-00000000000\(number)"), token: "t\(number)", kind: "machine",
      place: RentalPlace(provider: provider, account: "1", region: "north", machine: "m"), owner: "me@here", installation: "home",
      meters: [Meter(.compute, "m", hourly: rate.map { Money($0) }, minimumSeconds: 60, span: .running)], createdAt: clock.now)
    row.runUID = "uid-\(number)"
    row.runID = RunID("rp_000\(number)")
    row.project = number % 2 == 1 ? "odd" : nil
    row.tags = number % 2 == 1 ? ["a", "b"] : []
    row.expiresAt = clock.now.addingTimeInterval(hours * 3_600)
    return row
  }

  private func start(_ row: LedgerRow) throws {
    let tracker = try tracker()
    try tracker.intend(row, request: "{}") { try BudgetAccounts.admit(row, $0) }
    try tracker.append([
      (row.intent, .requested), (row.intent, .confirmed(resource: ResourceID("i-\(row.token)"), launchedAt: clock.now)),
      (row.intent, .ready(since: clock.now)),
    ])
  }

  private func end(_ row: LedgerRow) throws {
    let tracker = try tracker()
    let word = ProvidersWord(endedAt: clock.now, window: 0)
    try tracker.append([(row.intent, .deleting(reason: "over")), (row.intent, .saidGone(word))])
    clock.go(1)
    try tracker.append([(row.intent, .saidGone(word))])
  }

  @Test("A question makes no ledger where there is none")
  func nothing() async throws {
    #expect(try await costs.report(CostQuery()).total.isEmpty)
    #expect(try await costs.charges(CostQuery()).isEmpty)
    #expect(try await costs.budgets().isEmpty)
    #expect(try await !costs.removeBudget("x"))
    #expect(try FileManager.default.contentsOfDirectory(atPath: home.path).isEmpty)
  }

  @Test("What the ledger's days add up to, by anything, is what its intervals add up to", arguments: CostGrouping.allCases)
  func projection(grouping: CostGrouping) async throws {
    for number in 1...4 { try start(row(number, provider: number < 3 ? "cloud" : "sky", rate: number == 4 ? nil : Decimal(number))) }
    clock.go(20 * 3_600)
    for number in 1...2 { try end(row(number)) }
    clock.go(1_800)
    let report = try await costs.report(CostQuery(by: grouping))
    var tally = CostTally(by: grouping)
    for charge in try await costs.charges(CostQuery(by: grouping)) { tally.add(charge) }
    #expect(report.lines.map(\.key) == tally.lines.map(\.key))
    for (kept, anew) in zip(report.lines.map(\.sum) + [report.total], tally.lines.map(\.sum) + [tally.total]) {
      // The ledger keeps what has ended to 10⁻⁹, once an interval: two have.
      #expect(abs(kept.amount(in: "USD").amount - anew.amount(in: "USD").amount) <= Decimal(sign: .plus, exponent: -9, significand: 1))
      #expect((kept.unpricedMilliseconds, kept.quality) == (anew.unpricedMilliseconds, anew.quality))
    }
    #expect(report.total.hasUnknown)
    #expect(report.burning.resources == 2)
    #expect(report.lines.count == ["run": 4, "project": 2, "provider": 2, "tag": 3, "day": 2][grouping.rawValue])
    try tracker().rebuildProjections()
    #expect(try await costs.report(CostQuery(by: grouping)) == report)
  }

  @Test("Days limit a report, of what has ended and of what runs")
  func days() async throws {
    try start(row(1))
    clock.go(20 * 3_600)
    try end(row(1))
    try start(row(2))
    clock.go(3_600)
    let second = UTCDay(clock.now)
    #expect(try await costs.report(CostQuery(until: second)).total.amounts == [Money(14)])
    #expect(try await costs.report(CostQuery(since: second)).total.amounts == [Money(7)])
  }

  @Test("What will not go is in the report")
  func stuck() async throws {
    try start(row(1))
    try tracker().append([(row(1).intent, .deleting(reason: "over"))])
    #expect(try await costs.report(CostQuery()).stuck.map(\.intent) == [row(1).intent])
  }

  @Test("A launch reserves its hours, is refused where they do not fit, and gives back what it did not use")
  func admission() async throws {
    try await costs.set(Budget(name: "monthly", scope: .month, limit: Money(25)))
    try await costs.set(Budget(name: "odd", scope: .project("odd"), limit: Money(15)))
    try start(row(1))
    #expect(#expect(throws: BudgetRefusal.self) { try start(row(3)) }?.budget.name == "odd")
    try start(row(2))
    #expect(#expect(throws: BudgetRefusal.self) { try start(row(4)) }?.budget.name == "monthly")
    // What was refused is not in the ledger.
    #expect(try tracker().rows().count == 2)
    clock.go(2 * 3_600)
    try end(row(1))
    let accounts = try await costs.budgets()
    #expect(accounts.map(\.budget.name) == ["monthly", "odd"])
    #expect(accounts.map { MoneyText.fixed($0.used, decimals: 2) } == ["4.00", "2.00"])
    #expect(accounts.map { MoneyText.fixed($0.reserved, decimals: 2) } == ["8.00", "0.00"])
    try start(row(3))
    #expect(try await costs.removeBudget("odd"))
    #expect(try await !costs.removeBudget("odd"))
  }

  @Test("A price nobody knows, and no deadline, are refused under a budget")
  func unsayable() async throws {
    try start(row(1, rate: nil))
    try await costs.set(Budget(name: "monthly", scope: .month, limit: Money(1_000)))
    #expect(#expect(throws: BudgetRefusal.self) { try start(row(2, rate: nil)) }?.reason == .unknownPrice)
    var endless = row(3)
    endless.expiresAt = nil
    #expect(#expect(throws: BudgetRefusal.self) { try start(endless) }?.reason == .endless)
  }
}
