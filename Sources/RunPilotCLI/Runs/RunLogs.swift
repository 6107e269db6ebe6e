import CommandLineKit
import ControlAPI
import TrainingModel

/// `runpilot logs`.
struct RunLogs: Command {
  static let name = "logs"
  static let summary = "Print what a run's job wrote"
  static let discussion = "The bytes are the job's own. With --follow, Ctrl-C ends the watching and not the job."
  static let examples = [
    Example("runpilot logs rp_0001", "All of it"),
    Example("runpilot logs @latest --tail 50", "The last 50 lines"),
    Example("runpilot logs @latest -f", "Keep watching"),
  ]
  static let exitCodes = CommandTree.jobExitCodes.map { ExitNote($0.code, "with --follow: " + $0.meaning) }
  static let fields: [Field<Self>] = [
    .argument("id", \.id, "The run: an id, a unique prefix, a number, or @latest", completion: .runs),
    .flag("follow", \.follow, "Keep watching until the job ends; the exit code is the job's", short: "f"),
    .option("tail", \.tail, "Begin with the last lines", value: "n"),
  ]

  var id = ""
  var follow = false
  var tail: Count?

  func run(in world: World) async throws -> ExitStatus {
    let runs = try await world.runs()
    let record = try await runs.run(id)
    guard follow else {
      try await runs.copyLog(of: record.id, tail: tail?.number, to: world.output.descriptor)
      return .ok
    }
    return try await FollowSession(world: world, runs: runs, ending: .stopsWatching, output: OutputOptions()).follow(
      record.id, tail: tail?.number)
  }
}
