public import FoundationEssentials
import SQLite
public import TrainingModel

/// What an admission looks at, read in the transaction that writes the intent.
public struct AdmissionFacts: Sendable {
  /// The budgets.
  public let budgets: [Budget]
  /// Every row that is not over, the reservations: what each may still cost follows from its meters and its deadline.
  public let open: [LedgerRow]
  /// What runs now.
  public let running: [RunningCost]
  /// Ended intervals by provider, project and month.
  public let spent: [CostTotal]
  /// Ended intervals of the new row's run.
  public let spentByRun: [CostTotal]
  /// The moment of the transaction.
  public let at: Date

  init(for row: LedgerRow, _ connection: borrowing Connection, at: Date) throws {
    budgets = try ResourceTracker.budgets(connection)
    // Without a budget there is nothing to hold against it, and a launch need not read the ledger.
    let isBudgeted = !budgets.isEmpty
    open = isBudgeted ? try ResourceTracker.rows(LedgerFilter(), connection) : []
    running = isBudgeted ? try ResourceTracker.running(.everything, connection) : []
    spent =
      isBudgeted
      ? try ResourceTracker.totals(by: [.provider, .project, .month], .everything, from: nil, before: nil, connection) : []
    var ofRun = LedgerFilter.everything
    ofRun.runUID = row.runUID
    spentByRun = isBudgeted && row.runUID != nil ? try ResourceTracker.totals(by: [], ofRun, from: nil, before: nil, connection) : []
    self.at = at
  }
}
