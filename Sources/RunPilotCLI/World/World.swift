public import ControlAPI
public import FoundationEssentials
public import TerminalUI

/// All that commands may touch. Services are made when a command asks for them, so that nothing is opened that it does not need.
public struct World: Sendable {
  /// This program's version.
  public var version: String
  /// The environment, read once.
  public var environment: [String: String]
  /// Other spellings of options, such as one that names a vendor, and what they mean; taken before `--` only.
  public var spellings: [String: String] = [:]
  /// Where the command was typed.
  public var workingDirectory: String
  /// RunPilot's home folder, as an absolute path.
  public var home: @Sendable () throws -> String
  /// Data goes here.
  public var output: OutputPort
  /// Everything else goes here.
  public var errors: OutputPort
  /// One line that a person types; nil at the end of input.
  public var readLine: @Sendable () -> String?
  /// Whether a person can answer questions.
  public var inputIsTerminal: Bool
  /// The time.
  public var now: @Sendable () -> Date
  /// How times are written.
  public var times: TimeText
  /// Signals from now on, by number; the process does not end by them while somebody listens.
  public var signals: @Sendable () -> AsyncStream<Int32>
  /// Runs.
  public var runs: @Sendable () async throws -> any RunService
  /// Providers.
  public var providers: @Sendable () async throws -> any ProviderService
  /// Configuration.
  public var configuration: @Sendable () async throws -> any ConfigurationService
  /// Costs; nothing was ever spent unless somebody says otherwise.
  public var costs: @Sendable () async throws -> any CostService = { NoCosts() }
  /// Everything that may cost money.
  public var resources: @Sendable () async throws -> any ResourceService = { throw ServiceMissing(name: "resources") }
  /// Object stores: the one that providers.toml has under a name, or the usual one.
  public var storage: @Sendable (String?) async throws -> any StorageService = { _ in throw ServiceMissing(name: "object stores") }
  /// Providers in other programs.
  public var plugins: @Sendable () async throws -> any PluginService = { throw ServiceMissing(name: "plugins") }
  /// Waits a while; commands that look again and again do it by this.
  public var pause: @Sendable (Duration) async throws -> Void

  /// A world as given.
  public init(
    version: String, environment: [String: String], workingDirectory: String, home: @escaping @Sendable () throws -> String,
    output: OutputPort, errors: OutputPort, readLine: @escaping @Sendable () -> String?, inputIsTerminal: Bool,
    now: @escaping @Sendable () -> Date, times: TimeText, signals: @escaping @Sendable () -> AsyncStream<Int32>,
    runs: @escaping @Sendable () async throws -> any RunService,
    providers: @escaping @Sendable () async throws -> any ProviderService,
    configuration: @escaping @Sendable () async throws -> any ConfigurationService,
    pause: @escaping @Sendable (Duration) async throws -> Void
  ) {
    self.version = version
    self.environment = environment
    self.workingDirectory = workingDirectory
    self.home = home
    self.output = output
    self.errors = errors
    self.readLine = readLine
    self.inputIsTerminal = inputIsTerminal
    self.now = now
    self.times = times
    self.signals = signals
    self.runs = runs
    self.providers = providers
    self.configuration = configuration
    self.pause = pause
  }
}
