public import Basics
public import FoundationEssentials
public import TrainingModel

/// What there is to know about a provider before an instance exists: needs no credential and no network.
public struct ProviderDescriptor: Sendable {
  /// What users write as `module` in providers.toml.
  public var module: String
  /// One line for lists.
  public var summary: String
  /// Keys its table in providers.toml, and `provider_options` of a run file, may hold.
  public var settings: [SettingDescription]
  /// Environment variables and files it looks for credentials in.
  public var credentials: [String]
  /// What it can do beyond the core, and what it cannot with a reason.
  public var powers: [PowerDescription]
  /// For which runs it is the provider when nobody names one.
  public var defaultFor: Set<RunKind>
  /// Whether jobs run in a container there, so that a run needs an `image`.
  public var runsContainers: Bool
  /// Whether its machines cost money, so that everything it makes goes through the ledger.
  public var isRented: Bool
  /// Whether ``settings`` are not all there are: the provider checks the others itself, when it is made.
  public var takesAnySetting = false
  /// The program behind it; nil for what is compiled in.
  public var program: String?
  /// Makes an instance. Throws when settings or credentials are unusable; contacts nothing.
  public var make: @Sendable (ProviderSettings, ProviderContext) throws(ProviderError) -> any TrainingProvider

  /// A description of a provider module.
  public init(
    module: String, summary: String, settings: [SettingDescription] = [], credentials: [String] = [], powers: [PowerDescription] = [],
    defaultFor: Set<RunKind> = [], runsContainers: Bool, isRented: Bool = false,
    make: @escaping @Sendable (ProviderSettings, ProviderContext) throws(ProviderError) -> any TrainingProvider
  ) {
    self.module = module
    self.summary = summary
    self.settings = settings
    self.credentials = credentials
    self.powers = powers
    self.defaultFor = defaultFor
    self.runsContainers = runsContainers
    self.isRented = isRented
    self.make = make
  }
}

extension ProviderDescriptor {
  /// The power of a provider that puts one job on several nodes at once.
  public static let severalNodes = "several nodes"

  /// Whether one job may run on several nodes at once.
  public var canRunNodes: Bool { powers.contains { $0.name == Self.severalNodes && $0.isAvailable } }
}

/// Kinds of runs that have a default provider.
public enum RunKind: String, Sendable, Hashable, CaseIterable {
  /// No image: a process of this machine.
  case process
  /// An image, no GPU.
  case container
  /// An image and GPUs.
  case gpuContainer
}

/// One key of a provider's settings.
public struct SettingDescription: Sendable {
  /// What form its value has.
  public enum Form: Sendable, Equatable {
    case string, boolean, integer, duration, size
    case choice([String])
    case strings
  }
  /// The key.
  public var name: String
  /// What form its value has.
  public var form: Form
  /// One line of help, with the default.
  public var summary: String
  /// Whether a project's own file may set it only after `runpilot trust`.
  public var needsTrust: Bool
  /// Whether a run file may set it under `provider_options`.
  public var perRun: Bool

  /// A key of a provider's settings.
  public init(_ name: String, _ form: Form, _ summary: String, needsTrust: Bool = false, perRun: Bool = false) {
    self.name = name
    self.form = form
    self.summary = summary
    self.needsTrust = needsTrust
    self.perRun = perRun
  }
}

/// Something a provider can do, or cannot for a reason.
public struct PowerDescription: Sendable, Equatable {
  /// Such as "gpu", "spot", "stop and start".
  public var name: String
  /// Whether it can.
  public var isAvailable: Bool
  /// How, or why not.
  public var note: String

  /// A power and how it stands with it.
  public init(_ name: String, _ isAvailable: Bool, _ note: String) {
    self.name = name
    self.isAvailable = isAvailable
    self.note = note
  }
}

/// The checked settings of one entry of providers.toml.
public struct ProviderSettings: Sendable, Equatable {
  /// The entry's name.
  public var id: ProviderID
  /// Its `module`.
  public var module: String
  /// Every other key, of the form its descriptor says.
  public var values: [String: JSONValue]

  /// The settings of an entry.
  public init(id: ProviderID, module: String, values: [String: JSONValue] = [:]) {
    self.id = id
    self.module = module
    self.values = values
  }
}

/// What a provider may touch of the world.
public struct ProviderContext: Sendable {
  /// The caller's environment, read once.
  public var environment: [String: String]
  /// RunPilot's home folder.
  public var home: String
  /// This home's random id, by which it knows its own.
  public var installation: String
  /// Who asks: what the user's settings say, else `user@host`. What is rented is made in the name of ``rentalOwner(identity:)``.
  public var owner: String
  /// Whether ``owner`` is the user's own word.
  public var ownerIsConfigured: Bool
  /// Starts agents beside this process.
  public var agent: any AgentStarting
  /// The time.
  public var now: @Sendable () -> Date

  /// A context.
  public init(
    environment: [String: String], home: String, installation: String, owner: String, ownerIsConfigured: Bool = false,
    agent: any AgentStarting, now: @escaping @Sendable () -> Date
  ) {
    self.environment = environment
    self.home = home
    self.installation = installation
    self.owner = owner
    self.ownerIsConfigured = ownerIsConfigured
    self.agent = agent
    self.now = now
  }
}
