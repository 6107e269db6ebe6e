import Basics
import CommandLineKit
import ControlAPI
import TrainingModel

/// `runpilot rerun`.
struct RunRerun: Command {
  static let name = "rerun"
  static let summary = "Repeat a run, with the same configuration and seed"
  static let discussion =
    "The new run has its own id and remembers which run it repeats. Secrets are taken from your environment again: only their names were kept."
  static let examples = [
    Example("runpilot rerun rp_0001", "The same again"),
    Example("runpilot rerun @latest --param lr=0.01", "With one hyperparameter changed"),
  ]
  static let exitCodes = CommandTree.jobExitCodes
  static let fields: [Field<Self>] =
    [
      .argument("id", \.id, "The run to repeat", completion: .runs),
      .options("param", \.params, "A hyperparameter to change", value: "key=value"),
      .option("name", \.name, "Another name", short: "n"),
      .options("tag", \.tags, "A further label", short: "t"),
      .option("env-file", \.environmentFile, "A file that holds the secrets", value: "file", completion: .files([])),
      .flag("detach", \.detach, "Start it and print its id", short: "d"),
    ] + OutputOptions.fields.within(\.output)

  var id = ""
  var params: [Assignment] = []
  var name: String?
  var tags: [String] = []
  var environmentFile: String?
  var detach = false
  var output = OutputOptions()

  func run(in world: World) async throws -> ExitStatus {
    let runs = try await world.runs()
    let record = try await runs.run(id)
    var spec = try await runs.specification(of: record.id)
    spec.params.merge(params.values) { _, changed in changed }
    if let name { spec.name = name }
    spec.tags += tags.filter { !spec.tags.contains($0) }
    let secrets =
      spec.secretNames.isEmpty ? [:] : try await world.configuration().secrets(named: spec.secretNames, environmentFile: environmentFile)
    let request = RunRequest(spec: spec, secrets: secrets, origin: RunOrigin(rerunOf: record.uid))
    return try await RunLauncher(world: world, output: output, detach: detach).launch(request)
  }
}
