import Basics
import ControlAPI
import TrainingModel

/// What the earlier parts of a sweep have come to.
struct EarlierRuns: Sendable {
  /// Those that succeeded.
  var done: [RunRecord] = []
  /// Those that go on.
  var alive: [RunRecord] = []
  /// The combinations that have neither.
  var left: [[String: JSONValue]]

  /// - Parameter runs: nil for a sweep that begins.
  static func find(_ label: String, _ sweep: Sweep, _ runs: (any RunService)?) async throws -> EarlierRuns {
    var found = EarlierRuns(left: sweep.combinations)
    guard let runs else { return found }
    var query = RunQuery()
    query.tags = [label]
    let rows = try await runs.runs(query)
    guard !rows.isEmpty else { throw NoSuchSweep(label: label) }
    var wanted = try found.left.map(asRecorded)
    for row in rows where row.status == .success || !row.status.isTerminal {
      let record = try await runs.run(row.id.rawValue)
      let params = sweep.axes.reduce(into: [String: JSONValue]()) { $0[$1.name] = record.params[$1.name] }
      // What is no combination of the file as it is today is not counted.
      guard let index = wanted.firstIndex(of: params) else { continue }
      switch record.status {
      case .success: found.done.append(record)
      case let status where !status.isTerminal: found.alive.append(record)
      default: continue
      }
      found.left.remove(at: index)
      wanted.remove(at: index)
    }
    return found
  }

  /// As a record has it when it is read again: `1.0` and `1e0` are 1 then.
  private static func asRecorded(_ params: [String: JSONValue]) throws -> [String: JSONValue] {
    try JSON.decode([String: JSONValue].self, from: try JSON.encode(params))
  }
}

/// There is no run with a sweep's label.
struct NoSuchSweep: ExitCoded {
  let label: String
  var message: String { "no run has the label '\(label)'" }
  var hints: [String] { ["`runpilot show` tells a run's labels"] }
  var exitCode: ExitCode { .notFound }
}
