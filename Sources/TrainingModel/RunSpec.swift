public import Basics

/// What a run is to do, fully resolved: every default filled in, every path absolute, no secret value inside.
///
/// `config.yaml` in the run folder is this value; the same value with the same secrets repeats the run.
public struct RunSpec: Sendable, Codable, Equatable {
  /// The name as typed; not unique.
  public var name: String
  /// The project it belongs to.
  public var project: String?
  /// Container image; nil runs on the machine itself.
  public var image: String?
  /// The program and its arguments; never passed through a shell unless it names one. May hold `${params.NAME}`: see ``expandedEntrypoint``.
  public var entrypoint: [String]
  /// Shell commands that run before the entrypoint, in order; the first that fails ends the run as never started.
  public var setup: [String] = []
  /// The job's working directory: inside the container when there is an image, else an absolute path here.
  public var workdir: String?
  /// The caller's folder: relative paths were resolved against it, and containers see it at `/app`.
  public var projectFolder: String
  /// Plain environment variables. Secret ones are only named, in `secretNames`.
  public var environment: [String: String] = [:]
  /// Names of the variables whose values are secret.
  public var secretNames: [String] = []
  /// Hyperparameters: scalars and lists.
  public var params: [String: JSONValue] = [:]
  /// Labels for finding it again.
  public var tags: [String] = []
  /// What it needs of the machine.
  public var resources = ResourceNeed()
  /// What else of this machine it sees.
  public var mounts: [Mount] = []
  /// The image's own user when nil, the caller's with `host`, else a user id or name.
  public var user: String?
  /// Container network mode; the engine's default when nil.
  public var network: String?
  /// Names of the metrics to show first; all are kept.
  public var metrics: [String] = []
  /// Globs, relative to the job's working directory, of files to keep in the run's `outputs/`.
  public var outputs: [String] = []
  /// The provider chosen, by its name in providers.toml.
  public var provider: ProviderID
  /// Other providers that may have the run, in order, each with its own settings of the run file: tried when the ones before have no room.
  public var alternatives: [Alternative] = []
  /// Of all these the cheapest first, whatever their order.
  public var cheapest = false
  /// Where to go when that provider is not available, in order; empty means nowhere.
  public var fallback: [String] = []
  /// Longest time the job may run; nil for no limit.
  public var maxDurationSeconds: Int64?
  /// How long a stopped job gets between the polite signal and the next one.
  public var stopGraceSeconds: Int64 = 30
  /// Settings for one provider module, checked against its descriptor.
  public var providerOptions: [String: JSONValue] = [:]
  /// Feeds RUNPILOT_SEED and PYTHONHASHSEED; kept by `rerun`.
  public var seed: UInt32?
  /// What matters when a machine is rented for it.
  public var rental = RentalWishes()

  /// The word of `fallback` that allows a machine at the full price when there is no spot one.
  public static let onDemandFallback = "on-demand"

  /// A spec with what every run needs; the rest has defaults.
  public init(name: String, entrypoint: [String], projectFolder: String, provider: ProviderID) {
    self.name = name
    self.entrypoint = entrypoint
    self.projectFolder = projectFolder
    self.provider = provider
  }
}

/// Another provider that may have a run.
public struct Alternative: Sendable, Codable, Equatable {
  /// Its name in providers.toml.
  public var provider: ProviderID
  /// Settings of the run file for it.
  public var options: [String: JSONValue]

  /// Another provider.
  public init(_ provider: ProviderID, options: [String: JSONValue] = [:]) {
    self.provider = provider
    self.options = options
  }
}

/// A folder or file of this machine that the job sees.
public struct Mount: Sendable, Codable, Equatable {
  /// The key under `mounts:`.
  public var name: String
  /// Absolute path here.
  public var source: String
  /// Absolute path inside the container.
  public var target: String
  /// Whether the job may not write there.
  public var readOnly: Bool

  /// A mount of `source` at `target`.
  public init(name: String, source: String, target: String, readOnly: Bool = false) {
    self.name = name
    self.source = source
    self.target = target
    self.readOnly = readOnly
  }
}

/// What the job needs from the machine; nil means no wish.
public struct ResourceNeed: Sendable, Equatable {
  /// How many GPUs; nil with `gpu: true` means all there are.
  public var gpus: GPUNeed = .none
  /// A model name such as `H100`.
  public var gpuType: String?
  /// CPU cores, in thousandths.
  public var cpuMillis: Int64?
  /// Memory limit.
  public var memory: ByteSize?
  /// Size of /dev/shm.
  public var sharedMemory: ByteSize?
  /// Disk to have.
  public var disk: ByteSize?

  /// No wish at all.
  public init() {}
}

/// Which GPUs a job needs.
public enum GPUNeed: Sendable, Codable, Equatable {
  case none
  case all
  case count(Int)
  /// Device indices or UUIDs.
  case ids([String])

  /// Whether any GPU is wanted.
  public var isWanted: Bool { self != .none && self != .count(0) }
}
