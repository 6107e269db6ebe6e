import Basics
public import ProviderKit
public import TrainingModel

/// What a plugin says of itself: the answer to `initialize`.
public struct PluginFacts: Sendable, Codable, Equatable {
  /// The version that both speak.
  public var `protocol`: Int
  /// Its name and version.
  public var plugin: Name
  /// Whether its machines are rented, or it works beside this process.
  public var kind: Kind
  /// ``PluginCapability``'s words; words that the host does not know are none of its business.
  public var capabilities: Set<String>
  /// Variables of the host's environment whose values it wants in `configure`.
  public var credentials: [String]
  /// How many requests it takes at once.
  public var maxInFlight: Int
  /// How long after a change a listing may still show what was before.
  public var consistencySeconds: Int64
  /// Regions that listings look at; nil for all there are.
  public var listedRegions: [String]?
  /// Which notice of its end a machine there gets; nil for none.
  public var interruptionNotice: String?
  /// What its machines are like.
  public var machine: Machine

  /// Who a plugin is.
  public struct Name: Sendable, Codable, Equatable {
    /// What users write as `module`.
    public var name: String
    /// Its own version.
    public var version: String

    /// A name.
    public init(name: String, version: String) {
      self.name = name
      self.version = version
    }
  }

  /// What kind of provider it is.
  public enum Kind: String, Sendable, Codable {
    /// Its machines cost money: everything goes through the ledger.
    case renting
    /// It starts agents beside the host, which cost nothing.
    case near
  }

  /// What a machine is like.
  public struct Machine: Sendable, Codable, Equatable {
    /// How the agent ends it: ``FarOrder/machineEnd``.
    public var end: String
    /// For a job of a scheduler that many use, or a machine that is shared: the folder that every machine there and the mailbox see, in which each
    /// launch gets one of its own. Nil for a machine of its own.
    public var folder: String?
    /// How long such a job may wait for its turn.
    public var queueSeconds: Int64?
    /// For a machine that is a container of the run's image: shell lines that ask the vendor to take it away. Nil for any other.
    public var containerEnd: String?
    /// Words before a job's command that start it on all of its nodes; nil where one machine is all there is.
    public var launcher: [String]?
    /// Where a scheduler may start a job again that it cut off: the variable that says how often it did. Nil where that is not done.
    public var restartCounter: String?

    /// A machine.
    public init(end: String = FarOrder.shutdown, folder: String? = nil) {
      self.end = end
      self.folder = folder
    }

    /// The machines of a provider.
    public init(of provider: any RentingProvider) {
      end = provider.machineEnd
      launcher = provider.launcher.isEmpty ? nil : provider.launcher
      restartCounter = provider.restartCounter
      switch provider.bootForm {
      case .machine: break
      case .container(let lines): containerEnd = lines
      case .job(let place, let seconds): (folder, queueSeconds) = (place, seconds)
      }
    }

    /// What runs the boot script there.
    public var bootForm: BootForm {
      if let containerEnd { return .container(end: containerEnd) }
      return folder.map { .job(folder: $0, queueSeconds: queueSeconds ?? 0) } ?? .machine
    }
  }

  /// Facts of a plugin that can what every plugin must.
  public init(name: String, version: String, kind: Kind) {
    `protocol` = PluginProtocol.version
    plugin = Name(name: name, version: version)
    self.kind = kind
    capabilities = []
    credentials = []
    maxInFlight = 8
    consistencySeconds = 60
    machine = Machine()
  }

  /// Whether it can something.
  public func can(_ capability: PluginCapability) -> Bool { capabilities.contains(capability.rawValue) }

  /// - Throws: `DecodingError`.
  public init(from decoder: any Decoder) throws {
    let values = try decoder.container(keyedBy: FieldKey.self)
    `protocol` = try values.decode(Int.self, forKey: "protocol")
    plugin = try values.decode(Name.self, forKey: "plugin")
    kind = try values.value("kind", else: .renting)
    capabilities = Set(try values.value("capabilities", else: [String]()))
    credentials = try values.value("credentials", else: [])
    maxInFlight = max(1, try values.value("maxInFlight", else: 8))
    consistencySeconds = max(0, try values.value("consistencySeconds", else: 60))
    listedRegions = try values.decodeIfPresent([String].self, forKey: "listedRegions")
    interruptionNotice = try values.decodeIfPresent(String.self, forKey: "interruptionNotice")
    machine = try values.value("machine", else: Machine())
  }

  /// As an object.
  public func encode(to encoder: any Encoder) throws {
    var values = encoder.container(keyedBy: FieldKey.self)
    try values.encode(`protocol`, forKey: "protocol")
    try values.encode(plugin, forKey: "plugin")
    try values.encode(kind, forKey: "kind")
    try values.encode(capabilities.sorted(), forKey: "capabilities")
    try values.encode(credentials, forKey: "credentials")
    try values.encode(maxInFlight, forKey: "maxInFlight")
    try values.encode(consistencySeconds, forKey: "consistencySeconds")
    try values.encodeIfPresent(listedRegions, forKey: "listedRegions")
    try values.encodeIfPresent(interruptionNotice, forKey: "interruptionNotice")
    try values.encode(machine, forKey: "machine")
  }
}
