public import TrainingModel

/// What a command may ask about money. Where nothing was ever rented all answers are empty, and no file is made.
public protocol CostService: Sendable {
  /// Sums by one thing, what runs now, and what to warn of.
  func report(_ query: CostQuery) async throws -> CostReport

  /// Every charge by itself, in the order of days.
  func charges(_ query: CostQuery) async throws -> [CostCharge]

  /// Budgets as they stand, by name.
  func budgets() async throws -> [BudgetAccount]

  /// Sets a budget, or replaces the one of its name.
  func set(_ budget: Budget) async throws

  /// Takes a budget away.
  /// - Returns: whether there was one.
  func removeBudget(_ name: String) async throws -> Bool
}

/// Which costs.
public struct CostQuery: Sendable, Equatable {
  /// By what they are added up.
  public var grouping: CostGrouping
  /// From this day on.
  public var since: UTCDay?
  /// Before this day.
  public var until: UTCDay?

  /// All costs, by `grouping`.
  public init(by grouping: CostGrouping = .run, since: UTCDay? = nil, until: UTCDay? = nil) {
    self.grouping = grouping
    self.since = since
    self.until = until
  }

  /// Its days.
  public var days: Range<UTCDay> {
    let from = since ?? UTCDay(number: -1_000_000_000)
    return from..<max(from, until ?? UTCDay(number: 1_000_000_000))
  }
}

/// What was spent.
public struct CostReport: Sendable, Equatable {
  /// By what `lines` are.
  public var grouping: CostGrouping
  /// A sum each.
  public var lines: [CostLine]
  /// All of it, once.
  public var total: CostSum
  /// What costs money now.
  public var burning: Burning
  /// What to warn of, a sentence each.
  public var warnings: [String]
  /// Rows whose deletion was asked for and has not come about: they still cost.
  public var stuck: [LedgerRow]

  /// A report.
  public init(
    grouping: CostGrouping, lines: [CostLine] = [], total: CostSum = CostSum(), burning: Burning = Burning([]), warnings: [String] = [],
    stuck: [LedgerRow] = []
  ) {
    self.grouping = grouping
    self.lines = lines
    self.total = total
    self.burning = burning
    self.warnings = warnings
    self.stuck = stuck
  }
}
