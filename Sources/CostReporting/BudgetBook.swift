public import FoundationEssentials
public import TrainingModel

/// Budgets, with what counts against each: decides whether something more may be rented. Pure; whoever admits writes the intent in the
/// same transaction in which it read the book, so that two launches at once cannot take the same money.
public struct BudgetBook: Sendable {
  /// The accounts.
  public private(set) var accounts: [BudgetAccount]

  /// A book of these accounts.
  public init(_ accounts: [BudgetAccount]) { self.accounts = accounts }

  /// Reserves `price × maximum duration` in every budget that the launch falls under, or says why not.
  /// - Throws: ``BudgetRefusal``, after which the book is as it was.
  public mutating func admit(_ launch: LaunchEstimate) throws(BudgetRefusal) {
    let touched = accounts.indices.filter { launch.fallsUnder(accounts[$0].budget.scope) }
    var after = accounts
    for index in touched {
      let account = accounts[index]
      guard let seconds = launch.maxSeconds else { throw BudgetRefusal(account.budget, .endless) }
      guard let hourly = launch.hourly else { throw BudgetRefusal(account.budget, .unknownPrice) }
      guard hourly.currency == account.budget.limit.currency else { throw BudgetRefusal(account.budget, .otherCurrency(hourly.currency)) }
      let need = Self.reservation(hourly: hourly.amount, seconds: seconds)
      guard need <= account.left else {
        throw BudgetRefusal(account.budget, .doesNotFit(need: Money(need, hourly.currency), left: Money(account.left, hourly.currency)))
      }
      after[index].reserved += need
    }
    accounts = after
  }

  /// The most that so many seconds can cost, rounded up to the ninth decimal: what is reserved is never less than what can be spent.
  public static func reservation(hourly: Decimal, seconds: Int64) -> Decimal {
    let nano = Decimal(sign: .plus, exponent: -9, significand: 1)
    let exact = hourly * Decimal(max(0, seconds)) / 3_600
    guard exact > 0 else { return 0 }
    let short = MoneyText.fixed(exact, decimals: 9)
    let rounded = Decimal(string: short) ?? exact
    // Division may have cut digits below the 38th; a nano more is nothing to anybody.
    return rounded * 3_600 >= hourly * Decimal(seconds) ? rounded : rounded + nano
  }
}

/// Something that is about to be rented, as budgets see it.
public struct LaunchEstimate: Sendable, Equatable {
  /// The run's uid.
  public var runUID: String
  /// Its project.
  public var project: String?
  /// From whom.
  public var provider: ProviderID
  /// The price of an hour, everything together, at the ceiling for spot; nil is unknown.
  public var hourly: Money?
  /// The longest it can last; nil is without end.
  public var maxSeconds: Int64?

  /// A launch.
  public init(runUID: String, project: String?, provider: ProviderID, hourly: Money?, maxSeconds: Int64?) {
    self.runUID = runUID
    self.project = project
    self.provider = provider
    self.hourly = hourly
    self.maxSeconds = maxSeconds
  }

  func fallsUnder(_ scope: Budget.Scope) -> Bool {
    switch scope {
    case .month: true
    case .project(let name): name == project
    case .provider(let id): id == provider
    case .run(let uid): uid == runUID
    }
  }
}
