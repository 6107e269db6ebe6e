public import Basics
public import FoundationEssentials

/// The canonical record of a run: `run.json`. Written by one process at a time and replaced in one step.
public struct RunRecord: Sendable, Codable, Equatable {
  /// The schema this version writes. A reader refuses a newer major version.
  public static let currentSchema = "runpilot/run/v1"

  /// The schema of the file.
  public var schema = RunRecord.currentSchema
  /// The run's id in this home.
  public var id: RunID
  /// A UUIDv7 that no other home shares.
  public var uid: String
  /// The name as typed; not unique.
  public var name: String
  /// The project it belongs to.
  public var project: String?
  /// Where it stands.
  public var status: RunStatus = .queued
  /// Why it ended; null while it lives.
  public var reason: RunReason?
  /// The reason in words, for people.
  public var detail: String?
  /// What kept the job from starting, when the reason is `never-started`; decides the exit code of `runpilot run`.
  public var startFailure: StartFailureKind?
  /// How to mend what went wrong; commands in backticks can be pasted into a shell.
  public var hints: [String] = []
  /// The job's own exit code; null unless the job itself exited.
  public var exitCode: Int32?
  /// The signal that ended the job, by number.
  public var signal: Int32?
  /// Where it ran, by the name in providers.toml.
  public var provider: ProviderID
  /// The provider asked for first, when a fallback was taken.
  public var fellBackFrom: ProviderID?
  /// The image as written; nil for a plain process.
  public var image: String?
  /// What the image was, exactly.
  public var imageDigest: String?
  /// The program and its arguments.
  public var entrypoint: [String]
  /// Hyperparameters.
  public var params: [String: JSONValue] = [:]
  /// Labels for finding it again.
  public var tags: [String] = []
  /// Names of the metrics to show first.
  public var metrics: [String] = []
  /// When it was asked for.
  public var createdAt: Date
  /// When the job began.
  public var startedAt: Date?
  /// When the job ended, or the run was given up.
  public var finishedAt: Date?
  /// From the job's start to its end, by a clock that does not jump.
  public var durationSeconds: Double?
  /// The run's folder.
  public var runDir: String
  /// The folder the run was started from.
  public var projectFolder: String?
  /// The job's working directory.
  public var workdir: String?
  /// The code at the start.
  public var git: GitState?
  /// The machine it was asked for on.
  public var host: HostFacts?
  /// Who asked, by login name.
  public var user: String?
  /// Versions of what took part: `runpilot`, `agent`, `python`, `engine`.
  public var versions: [String: String] = [:]
  /// What makes chance repeatable: RUNPILOT_SEED and PYTHONHASHSEED as the job saw them.
  public var seedEnv: [String: String] = [:]
  /// Names of the secrets the job was given; never a value.
  public var secrets: [String] = []
  /// The process that carries the run.
  public var agent: AgentFacts?
  /// The id of the container or process that ran the job, as its executor calls it.
  public var executorID: String?
  /// What became of the run's resources; apart from what became of the run.
  public var cleanup: CleanupOutcome?
  /// The machine that was rented for it; nil where nothing was rented.
  public var rental: RentalFacts?
  /// How often the scheduler of its machine has started this attempt again; nil for never.
  public var restarts: Int64?
  /// What it cost, once that is fixed.
  public var cost: RunCost?
  /// The run this one repeats, or the archive it came from.
  public var origin: RunOrigin?
  /// What went less than well: limits that could not be enforced, a patch that was cut.
  public var warnings: [String] = []

  /// A record of a run that has just been asked for.
  public init(id: RunID, uid: String, spec: RunSpec, runDir: String, createdAt: Date) {
    self.id = id
    self.uid = uid
    name = spec.name
    project = spec.project
    provider = spec.provider
    image = spec.image
    entrypoint = spec.expandedEntrypoint
    params = spec.params
    tags = spec.tags
    metrics = spec.metrics
    projectFolder = spec.projectFolder
    workdir = spec.workdir
    secrets = spec.secretNames
    self.runDir = runDir
    self.createdAt = createdAt
  }

  enum CodingKeys: String, CodingKey, CaseIterable {
    case schema, id, uid, name, project, status, reason, detail, signal, provider, image, entrypoint, params, tags, metrics, workdir, git
    case host, user, versions, secrets, agent, cleanup, origin, warnings, hints, rental, restarts, cost
    case exitCode = "exit_code"
    case startFailure = "start_failure"
    case fellBackFrom = "fell_back_from"
    case imageDigest = "image_digest"
    case createdAt = "created_at"
    case startedAt = "started_at"
    case finishedAt = "finished_at"
    case durationSeconds = "duration_seconds"
    case runDir = "run_dir"
    case projectFolder = "project_folder"
    case seedEnv = "seed_env"
    case executorID = "executor_id"
  }
}

/// The state of the code when the run began.
public struct GitState: Sendable, Codable, Equatable {
  /// Full hash of HEAD; nil in a repository without a commit.
  public var commit: String?
  /// The branch; nil when HEAD is detached.
  public var branch: String?
  /// Whether tracked files differ from the commit.
  public var dirty: Bool
  /// Whether `code.patch` holds the difference to the commit.
  public var patch: Bool = false
  /// The whole patch's size, also when it was cut.
  public var patchBytes: Int64?
  /// Whether `code.patch` was cut.
  public var patchTruncated: Bool = false
  /// Files git does not know, at most 100 of them.
  public var untracked: [String] = []
  /// The repository's `origin`, without any credentials in it.
  public var remote: String?

  /// A state with what is always known.
  public init(commit: String?, branch: String?, dirty: Bool) {
    self.commit = commit
    self.branch = branch
    self.dirty = dirty
  }

  enum CodingKeys: String, CodingKey {
    case commit, branch, dirty, patch, untracked, remote
    case patchBytes = "patch_bytes"
    case patchTruncated = "patch_truncated"
  }
}

/// The machine the run was started on.
public struct HostFacts: Sendable, Equatable {
  /// Name on the network.
  public var hostname: String
  /// Kernel name and release.
  public var os: String
  /// Such as `x86_64`.
  public var arch: String
  /// CPUs that may be used.
  public var cpus: Int
  /// Physical memory.
  public var memoryBytes: Int64?
  /// GPU names, when somebody looked.
  public var gpus: [String]?

  /// The facts of one machine.
  public init(hostname: String, os: String, arch: String, cpus: Int, memoryBytes: Int64?) {
    self.hostname = hostname
    self.os = os
    self.arch = arch
    self.cpus = cpus
    self.memoryBytes = memoryBytes
  }
}

/// Which process is the run's agent: a pid alone may be somebody else's tomorrow.
public struct AgentFacts: Sendable, Equatable {
  /// Process id.
  public var pid: Int32
  /// Start time in clock ticks since boot, from /proc/PID/stat.
  public var startTime: UInt64
  /// The kernel's boot id.
  public var bootID: String

  /// An agent's identity.
  public init(pid: Int32, startTime: UInt64, bootID: String) {
    self.pid = pid
    self.startTime = startTime
    self.bootID = bootID
  }
}

/// What became of what the run used: processes, containers.
public struct CleanupOutcome: Sendable, Equatable {
  /// How it went.
  public enum State: String, Sendable, Codable {
    /// Nothing is left.
    case done
    /// Something may be left; `detail` says what.
    case pending
    case failed
  }
  /// How it went.
  public var state: State
  /// In words.
  public var detail: String?

  /// An outcome of the clean-up.
  public init(_ state: State, detail: String? = nil) {
    self.state = state
    self.detail = detail
  }
}

/// Where a run came from, when it was not simply asked for.
public struct RunOrigin: Sendable, Codable, Equatable {
  /// The uid of the run that this one repeats.
  public var rerunOf: String?
  /// The id the run had in the home it was imported from.
  public var importedAs: String?
  /// The provider's name there.
  public var note: String?

  /// An origin; all parts are optional.
  public init(rerunOf: String? = nil, importedAs: String? = nil, note: String? = nil) {
    self.rerunOf = rerunOf
    self.importedAs = importedAs
    self.note = note
  }

  enum CodingKeys: String, CodingKey {
    case note
    case rerunOf = "rerun_of"
    case importedAs = "imported_as"
  }
}
