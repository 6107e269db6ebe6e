public import ControlAPI
import CostReporting
public import FoundationEssentials
public import ResourceTracking
public import TrainingModel

/// Answers what commands ask about money from the ledger of a home. A home that has none is not given one by a question.
public struct LedgerCosts: CostService {
  private let home: String
  private let tracker: @Sendable (String) throws -> ResourceTracker
  private let now: @Sendable () -> Date
  private let thresholds: CostThresholds

  /// Costs of a home.
  /// - Parameters:
  ///   - tracker: opens the ledger, or makes it, for whoever is named.
  ///   - thresholds: from which amounts on reports warn.
  public init(
    home: String, tracker: @escaping @Sendable (String) throws -> ResourceTracker, thresholds: CostThresholds = CostThresholds(),
    now: @escaping @Sendable () -> Date
  ) {
    self.home = home
    self.thresholds = thresholds
    self.tracker = tracker
    self.now = now
  }

  /// The ledger, where there is or was one.
  private func ledger() throws -> ResourceTracker? { ResourceTracker.exists(home: home) ? try tracker("costs") : nil }

  /// Sums of what has ended come from the ledger's daily projection; what runs is added as of now.
  public func report(_ query: CostQuery) async throws -> CostReport {
    guard let ledger = try ledger() else { return CostReport(grouping: query.grouping) }
    var tally = CostTally(by: query.grouping)
    let (from, before) = (query.since?.number, query.until?.number)
    for total in try ledger.totals(by: [query.grouping.key], from: from, before: before) {
      tally.add(total.sum, to: query.grouping.text(total.keys.first ?? nil))
      // What has several tags is in several groups, and must count once.
      if query.grouping != .tag { tally.addToTotal(total.sum) }
    }
    if query.grouping == .tag {
      for total in try ledger.totals(by: [], from: from, before: before) { tally.addToTotal(total.sum) }
    }
    let running = try ledger.running(LedgerFilter()).map { (row: $0.row, intervals: $0.intervals) }
    for (row, intervals) in running {
      for charge in CostSplitting.charges(of: row, intervals, now: now(), days: query.days) { tally.add(charge) }
    }
    var deleting = LedgerFilter()
    deleting.states = [.deleting]
    let burning = Burning(running)
    return CostReport(
      grouping: query.grouping, lines: tally.lines, total: tally.total, burning: burning,
      warnings: thresholds.warnings(burning, total: tally.total) + warnings(running, now()), stuck: try ledger.rows(deleting))
  }

  /// What to say of single machines.
  private func warnings(_ running: [(row: LedgerRow, intervals: [CostInterval])], _ now: Date) -> [String] {
    running.flatMap { row, intervals in
      var accumulated = CostSum()
      for charge in CostSplitting.charges(of: row, intervals, now: now) { accumulated += charge.sum }
      return thresholds.warnings(row, hourly: Burning([(row, intervals)]).hourly, accumulated: accumulated, now: now)
    }
  }

  /// Every charge, cut anew from the intervals.
  public func charges(_ query: CostQuery) async throws -> [CostCharge] {
    guard let ledger = try ledger() else { return [] }
    let intervals = Dictionary(grouping: try ledger.costIntervals(.everything), by: \.intent)
    return try ledger.rows(.everything)
      .flatMap { CostSplitting.charges(of: $0, intervals[$0.intent] ?? [], now: now(), days: query.days) }
      .sorted { ($0.day, $0.start, $0.subject.intent) < ($1.day, $1.start, $1.subject.intent) }
  }

  /// Budgets with what was spent and what is reserved.
  public func budgets() async throws -> [BudgetAccount] {
    guard let ledger = try ledger() else { return [] }
    return try BudgetAccounts.all(ledger, now: now())
  }

  /// Sets a budget; makes the ledger where there is none.
  public func set(_ budget: Budget) async throws { try tracker("costs budget set").set(budget) }

  /// Takes a budget away.
  public func removeBudget(_ name: String) async throws -> Bool {
    guard let ledger = try ledger(), try ledger.budgets().contains(where: { $0.name == name }) else { return false }
    try ledger.removeBudget(name)
    return true
  }
}

extension CostGrouping {
  fileprivate var key: CostKey {
    switch self {
    case .run: .runID
    case .project: .project
    case .provider: .provider
    case .tag: .tag
    case .day: .day
    }
  }

  /// A key as reports show it.
  fileprivate func text(_ key: String?) -> String {
    guard let key else { return CostTally.none }
    return self == .day ? Int64(key).map { UTCDay(number: $0).description } ?? key : key
  }
}

extension CostTotal {
  /// As a sum.
  var sum: CostSum {
    var sum = CostSum()
    if !currency.isEmpty { sum.add(money, quality: quality) }
    if unpricedMilliseconds > 0 { sum.add(rate: nil, milliseconds: unpricedMilliseconds, quality: quality) }
    return sum
  }
}
