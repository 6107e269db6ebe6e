import Basics
import CommandLineKit
import ControlAPI
import TrainingModel

/// `runpilot run`.
struct Run: Command {
  static let name = "run"
  static let summary = "Run a training job and follow it to its end"
  static let discussion = """
    The job runs under an agent of its own: closing or killing this command changes nothing for it, and `runpilot attach` follows it again. \
    Ctrl-C asks the job to stop, a second Ctrl-C kills it.
    What the job writes goes to standard output unchanged; everything else goes to standard error. With --json the job's output goes to \
    standard error and the record of the run to standard output.
    """
  static let examples = [
    Example("runpilot run train.yaml", "Run what a run file says"),
    Example("runpilot run train.py -- --lr 0.1", "Run a script without a run file; words after -- are the script's"),
    Example("runpilot run train.yaml --param lr=0.01 --name sweep-1 --tag sweep", "Change a hyperparameter and label the run"),
    Example("runpilot run train.yaml --detach", "Start it and come back later"),
    Example("runpilot run train.yaml --dry-run", "Only say what would be run"),
  ]
  static let exitCodes = CommandTree.jobExitCodes
  static let fields: [Field<Self>] =
    [
      .argument(
        "config", \.target, "A run file, an alias of the project file, or a script", completion: .files(["yaml", "yml", "py", "sh"])),
      .option(
        "provider", \.provider, "Where to run; several with commas between are tried in turn", short: "p", value: "name",
        environment: "RUNPILOT_PROVIDER", completion: .providers),
      .option("name", \.name, "A name for the run", short: "n"),
      .options("tag", \.tags, "A label to find it by", short: "t"),
      .options("param", \.params, "A hyperparameter", value: "key=value"),
      .options(
        "env", \.environment, "A variable for the job; a bare NAME takes its value from here and keeps it secret", short: "e",
        value: "name=value"),
      .option("env-file", \.environmentFile, "A file of secret variables", value: "file", completion: .files([])),
      .option("gpus", \.gpus, "How many GPUs", value: "n"),
      .option("max-duration", \.maxDuration, "Stop the job after this time", value: "time"),
      .flag("cheapest", \.cheapest, "Of all these, or of all that rent, what has room at the lowest price"),
      .flag("spot", \.spot, "A machine that may be taken away, at a lower price"),
      .option("max-price", \.maxPrice, "The most that an hour may cost, in US dollars", value: "amount"),
      .option("max-cost", \.maxCost, "The most that the run may cost, in US dollars", value: "amount"),
      .options(
        "fallback", \.fallback, "Where to go when the provider is not available", value: "provider",
        completion: .words(["local", "on-demand"])),
      .flag("force-local", \.forceLocal, "Run on this machine without a container, whatever the file says"),
      .option("resume", \.resume, "Go on with a sweep: only the combinations that have no successful run yet", value: "sweep"),
      .flag("detach", \.detach, "Start it and print its id", short: "d"),
      .flag("dry-run", \.dryRun, "Say what would be run, and run nothing"),
      .rest("args", \.arguments, "Words for the job"),
    ] + OutputOptions.fields.within(\.output)

  var target = ""
  var provider: String?
  var name: String?
  var tags: [String] = []
  var params: [Assignment] = []
  var environment: [EnvironmentEntry] = []
  var environmentFile: String?
  var gpus: Count?
  var maxDuration: Span?
  var fallback: [String] = []
  var cheapest = false
  var spot = false
  var maxPrice: String?
  var maxCost: String?
  var forceLocal = false
  var resume: String?
  var detach = false
  var dryRun = false
  var arguments: [String] = []
  var output = OutputOptions()

  func run(in world: World) async throws -> ExitStatus {
    let request = try await world.configuration().resolve(try invocation())
    world.say(notes: request.notes)
    if let sweep = request.sweep, !dryRun {
      return try await SweepLauncher(world: world, output: output, sweep: sweep, resumes: resume, detach: detach).launch(request)
    }
    if let resume, request.sweep == nil {
      throw UsageError(
        .other("\(target) has no `matrix:`, so there is no sweep '\(resume)' to go on with", hint: "leave --resume out"),
        in: ["runpilot", Self.name])
    }
    if dryRun {
      if let sweep = request.sweep { world.errors.say("\(sweep.count ?? 0) runs, \(sweep.maxParallel) at a time; this is the first") }
      try world.emit(PlanReport(spec: request.spec), output)
      return .ok
    }
    return try await RunLauncher(world: world, output: output, detach: detach).launch(request)
  }

  /// What was typed becomes what is meant.
  func invocation() throws(UsageError) -> RunInvocation {
    if forceLocal, provider != nil { throw UsageError(.conflict("--provider", "--force-local"), in: ["runpilot", Self.name]) }
    var invocation = RunInvocation(target: target)
    invocation.arguments = arguments
    invocation.provider = provider
    invocation.name = name
    invocation.tags = tags
    for entry in environment {
      if let value = entry.value { invocation.environment[entry.name] = value } else { invocation.secretNames.append(entry.name) }
    }
    invocation.environmentFile = environmentFile
    invocation.params = params.values
    invocation.gpus = gpus?.number
    invocation.maxDurationSeconds = maxDuration?.seconds
    let places = fallback.flatMap { $0.split(separator: ",").map(String.init) }
    invocation.fallback = places.isEmpty ? nil : places
    invocation.spot = spot
    invocation.cheapest = cheapest
    invocation.maxPrice = maxPrice
    invocation.maxCost = maxCost
    invocation.forceLocal = forceLocal
    return invocation
  }
}
