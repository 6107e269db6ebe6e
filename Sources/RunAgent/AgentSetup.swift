public import Basics
public import FoundationEssentials
public import TrainingModel

/// What the world gives an agent.
public struct AgentSetup: Sendable {
  /// The run's folder.
  public var folder: RunFolder
  /// The run folder's lock, held for as long as the agent lives.
  public var lock: FileLock
  /// Values of the secrets by name.
  public var secrets: [String: String]
  /// The agent's environment: what a process starts from.
  public var environment: [String: String]
  /// The reading end of a pipe of signal numbers, each a wish to stop; -1 for none.
  public var signals: Int32
  /// What a signal says instead of a wish to stop, in words for the record: that somebody cuts the job off; nil for the wish.
  public var signalsInterrupt: String?
  /// Makes executors, by the kind that a job names.
  public var executors: [String: ExecutorFactory]
  /// Tells that the machine will be taken away; nil where nobody would say so.
  public var interruption: (any InterruptionSource)?
  /// Measures the machine on top of what the executor measures of the job; nil for nothing.
  public var machineSampler: (any Sampler)?
  /// End the job after this long without output and work; nil for never.
  public var idleLimit: Duration?
  /// When the run's money is spent; nil for no limit.
  public var budgetEnd: Date?
  /// A descriptor that gets a copy of the job's output, masked as in the log; -1 for none.
  public var echo: Int32 = -1
  /// The agent's times.
  public var clock: AgentClock
  /// The agent's version.
  public var version: String
  /// Takes the agent's own words, for bug reports.
  public var log: @Sendable (String) -> Void

  /// What an agent needs.
  public init(
    folder: RunFolder, lock: FileLock, secrets: [String: String], environment: [String: String], signals: Int32 = -1,
    executors: [String: ExecutorFactory], clock: AgentClock = AgentClock(), version: String,
    log: @escaping @Sendable (String) -> Void = { _ in }
  ) {
    self.folder = folder
    self.lock = lock
    self.secrets = secrets
    self.environment = environment
    self.signals = signals
    self.executors = executors
    self.clock = clock
    self.version = version
    self.log = log
  }
}
