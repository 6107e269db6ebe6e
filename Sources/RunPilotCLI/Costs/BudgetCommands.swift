import Basics
import CommandLineKit
import ControlAPI
import CostReporting
import FoundationEssentials
import TrainingModel

/// An amount as typed: `50`, `12.50 EUR`, `12.50EUR`.
struct AmountOfMoney: ArgumentValue, Equatable {
  let money: Money
  init?(argument: String) {
    let number = argument.prefix { $0.isASCII && $0.isNumber || $0 == "." }
    let currency = argument.dropFirst(number.count).trimmed()
    guard !number.isEmpty, number.filter({ $0 == "." }).count <= 1, let amount = Decimal(string: String(number)) else { return nil }
    guard currency.isEmpty || currency.utf8.count == 3 && currency.utf8.allSatisfy({ (0x41...0x5A).contains($0) }) else { return nil }
    money = Money(amount, currency.isEmpty ? "USD" : currency)
  }
  var argumentText: String { money.description }
  static var expectation: String { "an amount such as 50, 12.50 or 20EUR" }
}

/// `runpilot costs budget set`.
struct BudgetSet: Command {
  static let name = "set"
  static let summary = "Set a budget, or change the one of that name"
  static let discussion = """
    A launch reserves its price for its maximum duration in every budget it falls under, and is refused where that does not fit. Without \
    --project, --provider or --run a budget holds for everything in a calendar month (UTC).
    """
  static let examples = [
    Example("runpilot costs budget set monthly --limit 200", "200 USD a month, all together"),
    Example("runpilot costs budget set thesis --limit 500 --project thesis", "For one project"),
    Example("runpilot costs budget set trial --limit 20EUR --provider cloud --warn-at 50", "For one provider, with an early warning"),
  ]
  static let fields: [Field<Self>] =
    [
      .argument("name", \.budget, "The budget's name"),
      .option("limit", \.limit, "The most that may be spent", value: "amount"),
      .option("project", \.project, "Only for this project, for ever"),
      .option("provider", \.provider, "Only for this provider, for ever"),
      .option("run", \.runID, "Only for this run", value: "id"),
      .option("warn-at", \.warnAt, "The share at which to warn, in percent", value: "percent"),
    ] + OutputOptions.fields.within(\.output)

  var budget = ""
  var limit: AmountOfMoney?
  var project: String?
  var provider: String?
  var runID: String?
  var warnAt = Count(80)
  var output = OutputOptions()

  func run(in world: World) async throws -> ExitStatus {
    let path = ["runpilot", "costs", "budget", "set"]
    guard let limit else {
      throw UsageError(.other("a budget needs a limit", hint: "`runpilot costs budget set \(budget) --limit 100`"), in: path)
    }
    guard [project, provider, runID].compactMap(\.self).count <= 1 else {
      throw UsageError(
        .other("a budget is for a project, a provider or a run, not for several at once", hint: "set one for each"), in: path)
    }
    guard (1...100).contains(warnAt.number) else {
      throw UsageError(.other("--warn-at is a share from 1 to 100", hint: "`--warn-at 80`"), in: path)
    }
    let costs = try await world.costs()
    try await costs.set(Budget(name: budget, scope: try await scope(in: world), limit: limit.money, warnAtPercent: warnAt.number))
    try world.emit(BudgetsReport(accounts: try await costs.budgets().filter { $0.budget.name == budget }), output)
    return .ok
  }

  private func scope(in world: World) async throws -> Budget.Scope {
    if let project { return .project(project) }
    if let provider { return .provider(ProviderID(provider)) }
    if let runID { return .run(uid: try await world.runs().run(runID).uid) }
    return .month
  }
}

/// `runpilot costs budget list`.
struct BudgetList: Command {
  static let name = "list"
  static let aliases = ["ls"]
  static let summary = "Show budgets, and what is left of them"
  static let examples = [Example("runpilot costs budget list", "All of them")]
  static let fields: [Field<Self>] = OutputOptions.fields.within(\.output)
  var output = OutputOptions()

  func run(in world: World) async throws -> ExitStatus {
    let accounts = try await world.costs().budgets()
    try world.emit(BudgetsReport(accounts: accounts), output)
    if accounts.isEmpty, !output.json, !output.quiet {
      world.errors.say("no budget is set; set one with: runpilot costs budget set monthly --limit 200")
    }
    return .ok
  }
}

/// `runpilot costs budget remove`.
struct BudgetRemove: Command {
  static let name = "remove"
  static let aliases = ["rm"]
  static let summary = "Take a budget away"
  static let examples = [Example("runpilot costs budget remove monthly", "No limit by the month any more")]
  static let fields: [Field<Self>] = [.argument("name", \.budget, "The budget's name")] + OutputOptions.fields.within(\.output)
  var budget = ""
  var output = OutputOptions()

  func run(in world: World) async throws -> ExitStatus {
    let costs = try await world.costs()
    guard try await costs.removeBudget(budget) else { throw NoSuchBudget(name: budget) }
    try world.emit(BudgetsReport(accounts: try await costs.budgets()), output)
    return .ok
  }
}

/// A name that no budget has.
struct NoSuchBudget: ExitCoded, Equatable {
  let name: String
  var message: String { "no budget is called '\(name)'" }
  var hints: [String] { ["see them: `runpilot costs budget list`"] }
  var exitCode: ExitCode { .notFound }
}
