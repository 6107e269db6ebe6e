public import FoundationEssentials

/// A budget as it stands.
public struct BudgetAccount: Sendable, Equatable {
  /// The budget.
  public var budget: Budget
  /// What was spent of it.
  public var spent: CostSum
  /// What living machines may still cost until their deadlines.
  public var reserved: Decimal

  /// A budget as it stands.
  public init(_ budget: Budget, spent: CostSum = CostSum(), reserved: Decimal = 0) {
    self.budget = budget
    self.spent = spent
    self.reserved = reserved
  }

  /// What was spent in the budget's currency.
  public var used: Decimal { spent.amount(in: budget.limit.currency).amount }
  /// What nobody has spent or reserved; negative when more is used than was allowed.
  public var left: Decimal { budget.limit.amount - used - reserved }
  /// The share that was spent, in percent.
  public var percent: Decimal { budget.limit.amount == 0 ? 100 : used * 100 / budget.limit.amount }
  /// How it stands.
  public var alarm: BudgetAlarm {
    if used >= budget.limit.amount { return .stop }
    return percent >= Decimal(budget.warnAtPercent) ? .warn : .quiet
  }
}

/// What a budget calls for.
public enum BudgetAlarm: String, Sendable, Codable {
  /// Nothing.
  case quiet
  /// A warning.
  case warn
  /// An end to what is counted against it.
  case stop
}
