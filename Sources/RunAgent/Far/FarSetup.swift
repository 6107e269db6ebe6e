public import ProviderKit
public import TrainingModel

/// What the world gives an agent far away.
public struct FarSetup: Sendable {
  /// What it has to do.
  public var order: FarOrder
  /// The mailbox's store.
  public var store: any ObjectStore
  /// Ends the machine.
  public var machineEnd: any MachineEnd
  /// Tells that the machine will be taken away; nil where nobody would say so.
  public var interruption: (any InterruptionSource)?
  /// Measures the machine's GPUs; nil for nothing.
  public var machineSampler: (any Sampler)?
  /// Unpacks a bundle into a folder. Runs on a thread that may wait.
  public var unpack: @Sendable (_ archive: String, _ folder: String) throws -> Void
  /// What a process starts from.
  public var environment: [String: String]
  /// The reading end of a pipe of signal numbers, each a wish to stop; -1 for none.
  public var signals: Int32
  /// Makes executors, by the kind that a job names.
  public var executors: [String: ExecutorFactory]
  /// How often what is done.
  public var pace = CourierPace()
  /// The agent's times.
  public var clock: AgentClock
  /// The agent's version.
  public var version: String
  /// Takes the agent's own words, for bug reports.
  public var log: @Sendable (String) -> Void

  /// What an agent far away needs; the rest has defaults.
  public init(
    order: FarOrder, store: any ObjectStore, machineEnd: any MachineEnd, executors: [String: ExecutorFactory],
    environment: [String: String],
    signals: Int32 = -1, version: String, clock: AgentClock = AgentClock(),
    unpack: @escaping @Sendable (_ archive: String, _ folder: String) throws -> Void, log: @escaping @Sendable (String) -> Void
  ) {
    self.order = order
    self.store = store
    self.machineEnd = machineEnd
    self.executors = executors
    self.environment = environment
    self.signals = signals
    self.version = version
    self.clock = clock
    self.unpack = unpack
    self.log = log
  }
}
