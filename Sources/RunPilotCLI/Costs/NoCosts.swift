import Basics
import ControlAPI
import TrainingModel

/// The costs of a program that can rent nothing.
struct NoCosts: CostService {
  func report(_ query: CostQuery) async throws -> CostReport { CostReport(grouping: query.grouping) }
  func charges(_ query: CostQuery) async throws -> [CostCharge] { [] }
  func budgets() async throws -> [BudgetAccount] { [] }
  func set(_ budget: Budget) async throws { throw NothingToBudget() }
  func removeBudget(_ name: String) async throws -> Bool { false }
}

/// A budget where nothing is rented.
struct NothingToBudget: ExitCoded {
  var message: String { "this runpilot rents nothing, so there is nothing to budget" }
  var exitCode: ExitCode { .unavailable }
}
