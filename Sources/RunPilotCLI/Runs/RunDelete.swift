import Basics
import CommandLineKit
import ControlAPI
import TerminalUI
import TrainingModel

/// `runpilot delete`.
struct RunDelete: Command {
  static let name = "delete"
  static let aliases = ["rm"]
  static let summary = "Delete runs and everything they left"
  static let discussion = "A run that is alive is refused; stop it first. Nothing is deleted when one of the runs is refused."
  static let examples = [
    Example("runpilot delete rp_0001 rp_0002", "Delete two runs after asking"),
    Example("runpilot delete $(runpilot list -q --tag scratch) --yes", "Delete all with a label, without asking"),
  ]
  static let exitCodes = [ExitNote(.notAllowed, "a run is alive; nothing was deleted")]
  static let fields: [Field<Self>] =
    [
      .arguments("id", \.references, "The runs: ids, unique prefixes, numbers, or @latest", completion: .runs),
      .flag("yes", \.yes, "Do not ask", short: "y"),
    ] + OutputOptions.fields.within(\.output)

  var references: [String] = []
  var yes = false
  var output = OutputOptions()

  func run(in world: World) async throws -> ExitStatus {
    let runs = try await world.runs()
    let rows = try await rows(runs)
    let alive = rows.filter { !$0.status.isTerminal }
    if !alive.isEmpty { throw RunsAlive(ids: alive.map(\.id)) }
    let names = rows.map { "\($0.id) \(Printable.line($0.name))" }.joined(separator: ", ")
    try world.requireConfirmation(
      "Delete \(rows.count == 1 ? names : "\(rows.count) runs (\(names))") with logs and outputs?", yes: yes)
    return try await RunRemoval(runs: runs, world: world, output: output).remove(rows.map(\.id))
  }

  /// The runs that were named. One whose record cannot be read has no status, but may go all the same.
  private func rows(_ runs: any RunService) async throws -> [RunSummary] {
    var rows: [RunSummary] = []
    for reference in references {
      var row: RunSummary
      do {
        row = RunSummary(try await runs.run(reference))
      } catch {
        guard let damaged = try await runs.runs(RunQuery()).first(where: { $0.id.rawValue == reference && $0.damage != nil }) else {
          throw error
        }
        row = damaged
        row.name = "(damaged)"
      }
      if !rows.contains(where: { $0.id == row.id }) { rows.append(row) }
    }
    return rows
  }
}

/// Runs that may not be deleted because they are alive.
struct RunsAlive: ExitCoded, Equatable {
  let ids: [RunID]
  var message: String { "\(ids.map(\.rawValue).joined(separator: ", ")) \(ids.count == 1 ? "is" : "are") alive; nothing was deleted" }
  var hints: [String] { ["stop first: `runpilot stop --wait \(ids.map(\.rawValue).joined(separator: " "))`"] }
  var exitCode: ExitCode { .notAllowed }
}

/// Deletes run after run and tells what became of each.
struct RunRemoval {
  let runs: any RunService
  let world: World
  let output: OutputOptions

  func remove(_ ids: [RunID]) async throws -> ExitStatus {
    var changes: [RunChangesReport.Change] = []
    var firstError: (any Error)?
    for id in ids {
      do {
        try await runs.delete(id)
        changes.append(.init(id: id, outcome: "deleted"))
      } catch {
        if firstError == nil { firstError = error }
        if ids.count > 1 { _ = world.report(error, asJSON: false) }
      }
    }
    if changes.isEmpty, let firstError { throw firstError }
    try world.emit(RunChangesReport(changes: changes), output)
    return firstError == nil ? .ok : ExitStatus(.partial)
  }
}
