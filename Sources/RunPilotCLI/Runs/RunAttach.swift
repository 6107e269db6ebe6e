import CommandLineKit
import ControlAPI
import TrainingModel

/// `runpilot attach`.
struct RunAttach: Command {
  static let name = "attach"
  static let summary = "Follow a run to its end, as if it had been started here"
  static let discussion =
    "Prints what the job has written and goes on as it writes. Ctrl-C asks the job to stop, a second Ctrl-C kills it; to only watch, use `runpilot logs -f`."
  static let examples = [
    Example("runpilot attach @latest", "Come back to the last run"),
    Example("runpilot attach rp_0001 --tail 20", "Skip what was written long ago"),
  ]
  static let exitCodes = CommandTree.jobExitCodes
  static let fields: [Field<Self>] =
    [
      .argument("id", \.id, "The run: an id, a unique prefix, a number, or @latest", completion: .runs),
      .option("tail", \.tail, "Begin with the last lines", value: "n"),
    ] + OutputOptions.fields.within(\.output)

  var id = ""
  var tail: Count?
  var output = OutputOptions()

  func run(in world: World) async throws -> ExitStatus {
    let runs = try await world.runs()
    let record = try await runs.run(id)
    return try await FollowSession(world: world, runs: runs, ending: .stopsJob, output: output).follow(record.id, tail: tail?.number)
  }
}
