import CostReporting
import FoundationEssentials
import TerminalUI
import TrainingModel

/// Budgets, a line each.
struct BudgetsReport: Report {
  static let kind = "budgets"
  let accounts: [BudgetAccount]

  var ids: [String] { accounts.map(\.budget.name) }

  func text(_ page: Page) -> String {
    guard !accounts.isEmpty else { return "" }
    return Table(
      [
        .init("BUDGET", minimum: 8), .init("FOR", minimum: 10), .init("LIMIT", alignsRight: true), .init("SPENT", alignsRight: true),
        .init("RESERVED", alignsRight: true, rank: 1), .init("LEFT", alignsRight: true), .init("", alignsRight: true),
      ],
      rows: accounts.map { account in
        let style: Style? = account.alarm == .quiet ? nil : account.alarm == .warn ? .yellow : .red
        func money(_ amount: Decimal) -> String { MoneyText.short(Money(amount, account.budget.limit.currency)) }
        return [
          Cell(Printable.line(account.budget.name), .bold), Cell(Printable.line(Self.scope(account.budget.scope))),
          Cell(MoneyText.short(account.budget.limit)), Cell(money(account.used)), Cell(money(account.reserved)),
          Cell(money(account.left), style), Cell(MoneyText.fixed(account.percent, decimals: 0) + " %", style),
        ]
      }
    ).text(page.terminal)
  }

  static func scope(_ scope: Budget.Scope) -> String {
    switch scope {
    case .month: "each month"
    case .project(let name): "project \(name)"
    case .provider(let id): "provider \(id)"
    case .run(let uid): "run \(uid)"
    }
  }

  private struct Line: Encodable {
    let name: String
    let scope: String
    let limit: CostJSON.Amount
    let spent: CostJSON.Sum
    let reserved: CostJSON.Amount
    let left: CostJSON.Amount
    let warnAtPercent: Int
    let alarm: BudgetAlarm
    init(_ account: BudgetAccount) {
      let currency = account.budget.limit.currency
      (name, scope, limit) = (account.budget.name, BudgetsReport.scope(account.budget.scope), CostJSON.Amount(account.budget.limit))
      spent = CostJSON.Sum(account.spent)
      reserved = CostJSON.Amount(Money(account.reserved, currency))
      left = CostJSON.Amount(Money(account.left, currency))
      (warnAtPercent, alarm) = (account.budget.warnAtPercent, account.alarm)
    }
    enum CodingKeys: String, CodingKey {
      case name, scope, limit, spent, reserved, left, alarm
      case warnAtPercent = "warn_at_percent"
    }
  }

  private enum CodingKeys: CodingKey { case budgets }

  func encode(to encoder: any Encoder) throws {
    var container = encoder.container(keyedBy: CodingKeys.self)
    try container.encode(accounts.map { Line($0) }, forKey: .budgets)
  }
}
