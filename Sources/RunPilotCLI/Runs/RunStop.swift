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
    var (changes, refusal) = await ask(records, runs)
    if wait {
      for index in changes.indices where changes[index].outcome == "stopping" {
        let record = try await runs.follow(changes[index].id, FollowOptions(output: nil)) { _ in }
        changes[index].outcome = record.status.rawValue
      }
    }
    try world.emit(RunChangesReport(changes: changes), output)
    if let refusal { throw refusal }
    return .ok
  }

  /// Asks all of them, some at a time: at a provider each takes seconds.
  /// - Returns: what came of it, in their order, and the first error: one that cannot be asked does not keep the others from it.
  private func ask(_ records: [RunRecord], _ runs: any RunService) async -> ([RunChangesReport.Change], (any Error)?) {
    var outcomes: [Int: Result<String, any Error>] = [:]
    for start in stride(from: 0, to: records.count, by: 8) {
      await withTaskGroup(of: (Int, Result<String, any Error>).self) { group in
        for index in start..<min(start + 8, records.count) { group.addTask { (index, await outcome(of: records[index], runs)) } }
        for await (index, outcome) in group { outcomes[index] = outcome }
      }
    }
    var (changes, refusal): ([RunChangesReport.Change], (any Error)?) = ([], nil)
    for (index, record) in records.enumerated() {
      switch outcomes[index] {
      case .success(let words): changes.append(.init(id: record.id, outcome: words))
      case .failure(let error): refusal = refusal ?? error
      case nil: continue
      }
    }
    return (changes, refusal)
  }

  private func outcome(of record: RunRecord, _ runs: any RunService) async -> Result<String, any Error> {
    do {
      guard try await runs.requestStop(record.id, kill: kill) else { return .success("over already: \(record.status.rawValue)") }
      // What waits at a provider for its turn is over as soon as it is taken away there.
      let now = record.rental == nil ? record : try await runs.run(record.id.rawValue)
      return .success(now.status.isTerminal ? now.status.rawValue : "stopping")
    } catch {
      return .failure(error)
    }
  }
}
