public import Basics
public import TrainingModel

/// Everything a provider needs to put an agent to work.
public struct LaunchRequest: Sendable {
  /// The run as recorded so far; the provider does not write it.
  public var record: RunRecord
  /// What the run is to do.
  public var spec: RunSpec
  /// The run's folder in this home.
  public var folder: RunFolder
  /// Values of the secrets that `spec` names.
  public var secrets: [String: Secret]
  /// Feeds the job's chance.
  public var seed: UInt32
  /// The run folder's lock, already held; the agent inherits its descriptor.
  public var lock: FileLock
  /// For a ``RentingProvider``: what the ledger has, to be sent as it stands.
  public var rental: ComposedLaunch?

  /// A request to run `spec` in `folder`.
  public init(record: RunRecord, spec: RunSpec, folder: RunFolder, secrets: [String: Secret], seed: UInt32, lock: FileLock) {
    self.record = record
    self.spec = spec
    self.folder = folder
    self.secrets = secrets
    self.seed = seed
    self.lock = lock
  }
}

/// Starts the agent beside this process.
public protocol AgentStarting: Sendable {
  /// Writes the job into the run folder and starts the agent, detached from the terminal.
  ///
  /// The agent inherits the request's lock and reads the secrets from a pipe.
  /// - Returns: the agent's pid, start time and boot id.
  /// - Throws: ``ProviderError`` with effect `none` when no agent was started.
  func start(_ job: AgentJob, request: LaunchRequest) throws(ProviderError) -> AgentFacts

  /// Where the agent's executable is, or nil.
  var executable: String? { get }
}
