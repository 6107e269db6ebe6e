import CostReporting
import FoundationEssentials
import ResourceTracking
import TrainingModel

/// What counts against budgets, from what the ledger holds. Pure.
struct BudgetAccounts {
  /// Rows that are not over.
  let open: [LedgerRow]
  let running: [RunningCost]
  /// Ended intervals by provider, project and month.
  let spent: [CostTotal]
  /// Ended intervals of the runs that have a budget of their own.
  let spentByRun: [String: [CostTotal]]
  let now: Date

  /// What has no deadline is counted with a day ahead: the longest time unless said otherwise.
  private static let usualLife: TimeInterval = 24 * 3_600

  /// Lets a new row in, or says which budget is against it. Called in the transaction that writes the row.
  /// - Throws: `BudgetRefusal`.
  static func admit(_ row: LedgerRow, _ facts: AdmissionFacts) throws(BudgetRefusal) {
    let accounts = BudgetAccounts(
      open: facts.open, running: facts.running, spent: facts.spent, spentByRun: row.runUID.map { [$0: facts.spentByRun] } ?? [:],
      now: facts.at)
    var book = BudgetBook(accounts.accounts(facts.budgets))
    try book.admit(
      LaunchEstimate(
        runUID: row.runUID ?? row.intent.rawValue, project: row.project, provider: row.place.provider, hourly: hourly(row),
        maxSeconds: row.expiresAt.map { seconds(until: $0, from: facts.at, row) }))
  }

  /// Every budget as it stands in a ledger.
  static func all(_ ledger: ResourceTracker, now: Date) throws -> [BudgetAccount] {
    let budgets = try ledger.budgets()
    guard !budgets.isEmpty else { return [] }
    var spentByRun: [String: [CostTotal]] = [:]
    for budget in budgets {
      guard case .run(let uid) = budget.scope else { continue }
      var filter = LedgerFilter.everything
      filter.runUID = uid
      spentByRun[uid] = try ledger.totals(by: [], filter)
    }
    return BudgetAccounts(
      open: try ledger.rows(LedgerFilter()), running: try ledger.running(), spent: try ledger.totals(by: [.provider, .project, .month]),
      spentByRun: spentByRun, now: now
    ).accounts(budgets)
  }

  /// The budget that is spent and that a run counts against; nil when the run may go on.
  static func spent(by row: LedgerRow, _ ledger: ResourceTracker, now: Date) throws -> BudgetAccount? {
    try all(ledger, now: now).first { $0.alarm == .stop && counts(row, $0.budget.scope) }
  }

  /// Each budget as it stands.
  func accounts(_ budgets: [Budget]) -> [BudgetAccount] {
    budgets.map { budget in
      BudgetAccount(budget, spent: spent(budget.scope), reserved: reserved(budget))
    }
  }

  private func spent(_ scope: Budget.Scope) -> CostSum {
    var sum = CostSum()
    let month = String(UTCDay(now).description.prefix(7))
    let first = UTCDay(now).startOfMonth
    switch scope {
    case .run(let uid): for total in spentByRun[uid] ?? [] { sum += total.sum }
    default: for total in spent where Self.counts(total, scope, month: month) { sum += total.sum }
    }
    for cost in running where Self.counts(cost.row, scope) {
      for charge in CostSplitting.charges(of: cost.row, cost.intervals, now: now) where scope != .month || charge.day >= first {
        sum += charge.sum
      }
    }
    return sum
  }

  /// What may still be spent until the deadlines; a deadline in another month counts for this one too.
  private func reserved(_ budget: Budget) -> Decimal {
    open.reduce(into: 0) { sum, row in
      guard Self.counts(row, budget.scope) else { return }
      let seconds = Self.seconds(until: row.expiresAt ?? now.addingTimeInterval(Self.usualLife), from: now, row)
      for meter in row.meters {
        guard let hourly = meter.hourly, hourly.currency == budget.limit.currency else { continue }
        sum += BudgetBook.reservation(hourly: hourly.amount, seconds: seconds)
      }
    }
  }

  /// Whole seconds, rounded up, and never less than the vendor charges.
  private static func seconds(until deadline: Date, from now: Date, _ row: LedgerRow) -> Int64 {
    let least = row.state == .intent || row.state == .requested ? row.meters.map(\.minimumSeconds).max() ?? 0 : 0
    return max(least, Int64(max(0, deadline.timeIntervalSince(now)).rounded(.up)))
  }

  /// All meters of a row together; nil when one is unknown, or when they are in several currencies.
  private static func hourly(_ row: LedgerRow) -> Money? {
    let rates = row.meters.compactMap(\.hourly)
    guard rates.count == row.meters.count, let currency = rates.first?.currency, rates.allSatisfy({ $0.currency == currency }) else {
      return nil
    }
    return Money(rates.reduce(0) { $0 + $1.amount }, currency)
  }

  private static func counts(_ row: LedgerRow, _ scope: Budget.Scope) -> Bool {
    switch scope {
    case .month: true
    case .project(let name): row.project == name
    case .provider(let id): row.place.provider == id
    case .run(let uid): row.runUID == uid
    }
  }

  private static func counts(_ total: CostTotal, _ scope: Budget.Scope, month: String) -> Bool {
    guard total.keys.count == 3 else { return false }
    switch scope {
    case .month: return total.keys[2] == month
    case .project(let name): return total.keys[1] == name
    case .provider(let id): return total.keys[0] == id.rawValue
    case .run: return false
    }
  }
}
