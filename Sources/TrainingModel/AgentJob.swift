public import Basics
public import FoundationEssentials

/// What an agent is to do: `.agent/job.json`. Holds no secret value.
public struct AgentJob: Sendable, Equatable {
  /// The schema this version writes and reads.
  public static let currentSchema = "runpilot/agent-job/v1"

  /// The schema of the file.
  public var schema = AgentJob.currentSchema
  /// The run's id.
  public var id: RunID
  /// The run's uid.
  public var uid: String
  /// The program and its arguments.
  public var command: [String]
  /// Shell commands that run first.
  public var setup: [String]
  /// For a process: the absolute working directory. For a container: the one inside, or nil for the executor's own default.
  public var workdir: String?
  /// The caller's folder: where git is asked, and what a container sees as its project.
  public var projectFolder: String
  /// Everything the job's environment gets on top of what its executor starts from; secrets excepted.
  public var environment: [String: String]
  /// Variables whose values come through the secrets pipe.
  public var secretNames: [String]
  /// Limits and devices.
  public var resources: ResourceNeed
  /// How the job is started.
  public var executor: ExecutorChoice
  /// Globs of files to keep, relative to the job's working directory.
  public var outputs: [String]
  /// Copied into metrics.json.
  public var tags: [String]
  /// Longest running time.
  public var maxDurationSeconds: Int64?
  /// When the run must be over, whatever a clock that stood still says.
  public var deadline: Date?
  /// Time between the polite signal and the next.
  public var stopGraceSeconds: Int64

  /// The job of a run.
  /// - Parameter environment: the complete addition, made by ``standardEnvironment(id:uid:spec:folder:seed:)``.
  public init(record: RunRecord, spec: RunSpec, environment: [String: String], executor: ExecutorChoice) {
    id = record.id
    uid = record.uid
    command = spec.expandedEntrypoint
    setup = spec.setup
    workdir = spec.workdir
    projectFolder = spec.projectFolder
    self.environment = environment
    secretNames = spec.secretNames
    resources = spec.resources
    self.executor = executor
    outputs = spec.outputs
    tags = spec.tags
    maxDurationSeconds = spec.maxDurationSeconds
    stopGraceSeconds = spec.stopGraceSeconds
  }

  /// The variables every job gets: the run's identity, its parameters, its seed, and the user's own on top.
  ///
  /// - Parameter folder: the run folder as the job sees it.
  public static func standardEnvironment(record: RunRecord, spec: RunSpec, folder: RunFolder, seed: UInt32) -> [String: String] {
    var environment = [
      "RUNPILOT_RUN_ID": record.id.rawValue,
      "RUNPILOT_RUN_UID": record.uid,
      "RUNPILOT_RUN_DIR": folder.path,
      "RUNPILOT_OUTPUT_DIR": folder.outputs,
      "RUNPILOT_SEED": "\(seed)",
      "PYTHONUNBUFFERED": "1",
      "PYTHONHASHSEED": "\(seed)",
    ]
    for (name, value) in spec.params { environment["RUNPILOT_PARAM_" + variableName(name)] = value.plainText }
    return environment.merging(spec.expandedEnvironment) { _, own in own }
  }

  /// `learning-rate` → `LEARNING_RATE`.
  public static func variableName(_ name: String) -> String {
    String(name.uppercased().map { $0.isASCII && ($0.isLetter || $0.isNumber) ? $0 : "_" })
  }
}

/// Which executor starts the job, and what it needs to know.
public struct ExecutorChoice: Sendable, Equatable {
  /// `process` or `container`.
  public var kind: String
  /// Made by the provider, understood by its executor alone.
  public var options: JSONValue

  /// A choice of executor.
  public init(kind: String, options: JSONValue = .null) {
    self.kind = kind
    self.options = options
  }

  /// A plain process beside the agent.
  public static let process = ExecutorChoice(kind: "process")
}
