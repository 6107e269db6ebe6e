public import Basics
public import FoundationEssentials
public import ProviderKit
public import TrainingModel

/// `initialize`: the host's first words.
public struct InitializeParameters: Sendable, Codable, Equatable {
  /// The versions that the host speaks.
  public var `protocol`: VersionRange
  /// Who asks.
  public var host: PluginFacts.Name
  /// Batches of items that the plugin may send before it is given more.
  public var credit: Int

  /// First words.
  public init(host: PluginFacts.Name, protocol: VersionRange = VersionRange(min: 1, max: PluginProtocol.version), credit: Int = 16) {
    self.protocol = `protocol`
    self.host = host
    self.credit = credit
  }
}

/// `configure`: everything that a provider is made from. The only message that holds secrets.
public struct ConfigureParameters: Sendable, Codable, Equatable {
  /// The name in providers.toml.
  public var id: String
  /// Its settings.
  public var settings: [String: JSONValue]
  /// Values of the variables that the plugin has asked for, those that are set.
  public var credentials: [String: String]
  /// In whose name something is made, unless the account says otherwise.
  public var owner: String
  /// Whether that is the user's own word.
  public var ownerIsConfigured: Bool
  /// This home's random id.
  public var installation: String
  /// RunPilot's home folder.
  public var home: String

  /// What a provider is made from.
  public init(
    id: String, settings: [String: JSONValue], credentials: [String: String], owner: String, ownerIsConfigured: Bool, installation: String,
    home: String
  ) {
    self.id = id
    self.settings = settings
    self.credentials = credentials
    self.owner = owner
    self.ownerIsConfigured = ownerIsConfigured
    self.installation = installation
    self.home = home
  }
}

/// `configure`'s answer.
public struct ConfigureResult: Sendable, Codable, Equatable {
  /// What machines are like under these settings, when that is something else than `initialize` has said.
  public var machine: PluginFacts.Machine?

  /// An answer.
  public init(machine: PluginFacts.Machine? = nil) { self.machine = machine }
}

/// `offers`.
public struct OffersParameters: Sendable, Codable, Equatable {
  /// What is needed.
  public var need: WireNeed
  /// A need.
  public init(_ need: ResourceNeed) { self.need = WireNeed(need) }
}

/// `candidates`.
public struct CandidatesParameters: Sendable, Codable, Equatable {
  /// What is to be rented.
  public var need: WireRentalNeed
  /// A need.
  public init(_ need: RentalNeed) { self.need = WireRentalNeed(need) }
}

/// What goes into a machine beside its place.
public struct WireOrder: Sendable, Codable, Equatable {
  /// Makes a repeated request the same request.
  public var token: String
  /// Ownership and the user's own tags; they go into the call that creates.
  public var tags: [String: String]
  /// The script that the machine runs, as root, at every boot.
  public var bootScript: String
  /// A name for people.
  public var name: String
  /// What was needed.
  public var need: WireRentalNeed
  /// The most that an hour may cost.
  public var maximumHourly: WireMoney?
  /// The run's container image: the machine's own where the machine is a container.
  public var image: String?
  /// How long it may last from its start, where it has to wait for its turn.
  public var lifetimeSeconds: Int64?
  /// Whether a scheduler may start it again after it has cut it off; nil for no.
  public var mayRestart: Bool?

  /// An order.
  public init(_ order: RentalOrder) {
    (token, tags, bootScript, name) = (order.token.value, order.tags, order.bootScript, order.name)
    (image, lifetimeSeconds) = (order.image, order.lifetimeSeconds)
    mayRestart = order.mayRestart ? true : nil
    need = WireRentalNeed(order.need)
    maximumHourly = order.maximumHourly.map { WireMoney($0) }
  }

  /// The order.
  public var order: RentalOrder {
    var order = RentalOrder(
      token: LaunchToken(token), tags: tags, bootScript: bootScript, name: name, need: need.need, maximumHourly: maximumHourly?.money)
    (order.image, order.lifetimeSeconds, order.mayRestart) = (image, lifetimeSeconds, mayRestart ?? false)
    return order
  }
}

/// `compose`; and, as JSON text, what the host itself composes for plugins that do not.
public struct ComposeParameters: Sendable, Codable, Equatable {
  /// Where.
  public var candidate: WireCandidate
  /// What.
  public var order: WireOrder

  /// A place and an order.
  public init(_ candidate: RentalCandidate, _ order: RentalOrder) {
    self.candidate = WireCandidate(candidate)
    self.order = WireOrder(order)
  }
}

/// `compose`'s result.
public struct ComposeResult: Sendable, Codable, Equatable {
  /// The request on paper, kept in the ledger and handed to `create` as it stands.
  public var request: String
  /// A request.
  public init(request: String) { self.request = request }
}

/// `create`.
public struct CreateParameters: Sendable, Codable, Equatable {
  /// The same token is the same resource.
  public var token: String
  /// Where.
  public var place: WirePlace
  /// What the ledger has, as it stands.
  public var request: String

  /// A request.
  public init(_ launch: ComposedLaunch) {
    (token, place, request) = (launch.token.value, WirePlace(launch.place), launch.request)
  }
}

/// `launch`: what a near plugin gets.
public struct LaunchParameters: Sendable, Codable, Equatable {
  /// The same token is the same resource.
  public var token: String
  /// The run's record.
  public var run: RunRecord
  /// What it is to do.
  public var spec: RunSpec
  /// The run's folder.
  public var folder: String
  /// Feeds the job's chance.
  public var seed: UInt32
  /// The job as a plain process would carry it: a plugin may send it back changed.
  public var job: AgentJob

  /// A launch.
  public init(_ request: LaunchRequest, token: LaunchToken) {
    self.token = token.value
    (run, spec, folder, seed) = (request.record, request.spec, request.folder.path, request.seed)
    let environment = AgentJob.standardEnvironment(
      record: request.record, spec: request.spec, folder: request.folder, seed: request.seed)
    job = AgentJob(record: request.record, spec: request.spec, environment: environment, executor: .process)
    job.workdir = request.spec.workdir ?? request.spec.projectFolder
  }
}

/// `agent.start`: a near plugin asks the host for an agent.
public struct AgentStartParameters: Sendable, Codable, Equatable {
  /// The uid of the run whose `launch` is being carried out.
  public var run: String
  /// What the agent is to do.
  public var job: AgentJob

  /// A job for a launch.
  public init(run: String, job: AgentJob) {
    self.run = run
    self.job = job
  }
}

/// `create`'s and `launch`'s result.
public struct CreateResult: Sendable, Codable, Equatable {
  /// What is there.
  public var resource: WireResource
  /// A resource.
  public init(_ resource: Resource) { self.resource = WireResource(resource) }
}

/// `list`.
public struct ListParameters: Sendable, Codable, Equatable {
  /// `ours`, `run`, `managed` or `everything`.
  public var scope: String
  /// The run's uid, with `run`.
  public var run: String?
  /// Where the page begins, in the plugin's own words.
  public var page: String?

  /// A part of what is there.
  public init(_ scope: ListingScope, after page: PageToken?) {
    switch scope {
    case .ours: self.scope = "ours"
    case .managed: self.scope = "managed"
    case .everything: self.scope = "everything"
    case .run(let uid): (self.scope, run) = ("run", uid)
    }
    self.page = page?.value
  }

  /// What is meant; nil for words that are not known.
  public var listing: ListingScope? {
    switch (scope, run) {
    case ("ours", _): .ours
    case ("managed", _): .managed
    case ("everything", _): .everything
    case ("run", let uid?): .run(uid: uid)
    default: nil
    }
  }
}

/// `get`, `stop`, `start`.
public struct ResourceParameters: Sendable, Codable, Equatable {
  /// The provider's name for it.
  public var id: String
  /// A resource.
  public init(_ id: ResourceID) { self.id = id.rawValue }
}

/// `get`'s result.
public struct StateResult: Sendable, Codable, Equatable {
  /// How it stands; what is not there is `gone`.
  public var state: ResourceState
  /// A state.
  public init(_ state: ResourceState) { self.state = state }
}

/// `setTags`.
public struct TagParameters: Sendable, Codable, Equatable {
  /// The provider's name for it.
  public var id: String
  /// Values, or null for a tag that is to go.
  public var tags: [String: String?]

  /// Changes of tags.
  public init(_ tags: [String: String?], on id: ResourceID) {
    self.id = id.rawValue
    self.tags = tags
  }
}

/// `setOwnEnd`.
public struct OwnEndParameters: Sendable, Codable, Equatable {
  /// The provider's name for it.
  public var id: String
  /// Whether a machine that shuts itself down ends for good.
  public var destroys: Bool

  /// A change of a machine's own end.
  public init(_ id: ResourceID, destroys: Bool) {
    self.id = id.rawValue
    self.destroys = destroys
  }
}

/// `prices`.
public struct PricesParameters: Sendable, Codable, Equatable {
  /// Where.
  public var place: WirePlace
  /// From when on.
  public var from: Date
  /// Until when.
  public var to: Date

  /// A stretch of time.
  public init(_ place: RentalPlace, from: Date, to: Date) {
    self.place = WirePlace(place)
    self.from = from
    self.to = to
  }
}

/// `prices`' item.
public struct WirePriceChange: Sendable, Codable, Equatable {
  /// The moment.
  public var from: Date
  /// Per hour.
  public var hourly: WireMoney

  /// A price from a moment on.
  public init(_ change: PriceChange) {
    from = change.from
    hourly = WireMoney(change.hourly)
  }

  /// The change.
  public var change: PriceChange { PriceChange(from: from, hourly: hourly.money) }
}

/// `bills`.
public struct BillsParameters: Sendable, Codable, Equatable {
  /// The provider's name for what was charged for.
  public var id: String
  /// From when on.
  public var from: Date
  /// Until when.
  public var to: Date

  /// A stretch of time.
  public init(_ id: ResourceID, from: Date, to: Date) {
    self.id = id.rawValue
    self.from = from
    self.to = to
  }
}

/// `bills`' item.
public struct WireBill: Sendable, Codable, Equatable {
  /// When the stretch began.
  public var from: Date
  /// When it ended.
  public var to: Date
  /// How much.
  public var amount: WireMoney

  /// An amount.
  public init(_ bill: Bill) { (from, to, amount) = (bill.from, bill.to, WireMoney(bill.amount)) }

  /// The bill.
  public var bill: Bill { Bill(from: from, to: to, amount: amount.money) }
}

/// `ended`'s answer.
public struct EndedResult: Sendable, Codable, Equatable {
  /// Why; nil when it ended by itself, or nobody knows.
  public var reason: RunReason?
  /// In the provider's words; nil when it is not known how it ended.
  public var words: String?

  /// An answer.
  public init(_ end: ResourceEnd?) { (reason, words) = (end?.reason, end?.words) }

  /// The end.
  public var end: ResourceEnd? { words.map { ResourceEnd(reason: reason, words: $0) } }
}

/// `setup.carryOut`.
public struct SetupParameters: Sendable, Codable, Equatable {
  /// A step that `setup.steps` has shown.
  public var step: SetupStep
  /// A step.
  public init(_ step: SetupStep) { self.step = step }
}

/// `recoverLog`.
public struct RecoverLogParameters: Sendable, Codable, Equatable {
  /// The run's uid.
  public var run: String
  /// The first byte that is wanted.
  public var offset: Int64

  /// A log from an offset on.
  public init(run: String, offset: Int64) {
    self.run = run
    self.offset = offset
  }
}
