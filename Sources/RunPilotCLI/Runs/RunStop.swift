import CommandLineKit
import ControlAPI
import TrainingModel

/// `runpilot stop`.
struct RunStop: Command {
  static let name = "stop"
  static let summary = "Stop a run's job"
  static let discussion = "Asks the job to end, and returns; after its grace time it is ended. --wait stays until it is over."
  static let examples = [
    Example("runpilot stop @latest", "Stop the last run"),
    Example("runpilot stop rp_0001 --kill", "Do not ask the job"),
  ]
  static let fields: [Field<Self>] =
    [
      .arguments("id", \.references, "The runs: ids, unique prefixes, numbers, or @latest", completion: .runs),
      .flag("kill", \.kill, "End it at once, without asking the job"),
      .flag("wait", \.wait, "Return when it is over", short: "w"),
    ] + OutputOptions.fields.within(\.output)

  var references: [String] = []
  var kill = false
  var wait = false
  var output = OutputOptions()

  func run(in world: World) async throws -> ExitStatus {
    let runs = try await world.runs()
    let records = try await runs.resolve(references)
    var changes: [RunChangesReport.Change] = []
    for record in records {
      let asked = try await runs.requestStop(record.id, kill: kill)
      guard asked else {
        changes.append(.init(id: record.id, outcome: "over already: \(record.status.rawValue)"))
        continue
      }
      // What waits at a provider for its turn is over as soon as it is taken away there.
      let now = record.rental == nil ? record : try await runs.run(record.id.rawValue)
      changes.append(.init(id: record.id, outcome: now.status.isTerminal ? now.status.rawValue : "stopping"))
    }
    if wait {
      for index in changes.indices where changes[index].outcome == "stopping" {
        let record = try await runs.follow(changes[index].id, FollowOptions(output: nil)) { _ in }
        changes[index].outcome = record.status.rawValue
      }
    }
    try world.emit(RunChangesReport(changes: changes), output)
    return .ok
  }
}
