public import Basics
public import TrainingModel

/// Why a budget lets something not be rented.
public struct BudgetRefusal: ExitCoded, Equatable {
  /// What is in the way.
  public enum Reason: Sendable, Equatable {
    /// It may cost more than is left.
    case doesNotFit(need: Money, left: Money)
    /// Nobody knows the price.
    case unknownPrice
    /// It has no longest duration.
    case endless
    /// Its price is in a currency that cannot be counted against the budget.
    case otherCurrency(String)
  }
  /// The budget that refuses.
  public let budget: Budget
  /// Why.
  public let reason: Reason

  init(_ budget: Budget, _ reason: Reason) {
    self.budget = budget
    self.reason = reason
  }

  /// What does not fit, and how far.
  public var message: String {
    let name = "budget '\(budget.name)' (\(MoneyText.short(budget.limit)))"
    switch reason {
    case .doesNotFit(let need, let left):
      return "this may cost \(MoneyText.short(need)) until its maximum duration, and \(name) has \(MoneyText.short(left)) left"
    case .unknownPrice: return "the price is not known, so nobody can say whether it fits \(name)"
    case .endless: return "without a maximum duration nobody can say what it costs, and \(name) must hold it"
    case .otherCurrency(let currency): return "the price is in \(currency), and \(name) is not"
    }
  }

  /// Ways on.
  public var hints: [String] {
    switch reason {
    case .doesNotFit:
      [
        "see what was spent: `runpilot costs budget list`", "let it end sooner: add `--max-duration 2h`",
        "raise the limit: `runpilot costs budget set \(budget.name) --limit …`",
      ]
    case .endless: ["say how long it may take: add `--max-duration 2h`"]
    case .unknownPrice: ["choose a machine with a known price: `runpilot run … --dry-run` shows them"]
    case .otherCurrency(let currency): ["set a budget in \(currency), and remove this one: `runpilot costs budget remove \(budget.name)`"]
    }
  }

  /// Not allowed.
  public var exitCode: ExitCode { .notAllowed }
}
