import ControlAPI
import TerminalUI
import TrainingModel

/// What was done to some runs.
struct RunChangesReport: Report {
  static let kind = "run-changes"

  /// What became of one run.
  struct Change: Encodable {
    let id: RunID
    var outcome: String
  }

  let changes: [Change]
  var ids: [String] { changes.map(\.id.rawValue) }
  func text(_ page: Page) -> String { changes.map { "\($0.id)  \(Printable.line($0.outcome))\n" }.joined() }
}

extension RunService {
  /// The runs that words mean, each once; nothing is done when one of them means none.
  func resolve(_ references: [String]) async throws -> [RunRecord] {
    var records: [RunRecord] = []
    for reference in references {
      let record = try await run(reference)
      if !records.contains(where: { $0.id == record.id }) { records.append(record) }
    }
    return records
  }
}
