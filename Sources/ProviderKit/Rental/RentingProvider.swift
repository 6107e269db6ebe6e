public import Basics
public import FoundationEssentials
public import TrainingModel

/// A provider whose machines cost money: every launch is composed first, written into the ledger, and only then sent.
///
/// `launch(_:token:)` of such a provider demands ``LaunchRequest/rental`` and sends exactly that.
public protocol RentingProvider: TrainingProvider {
  /// Who pays and for how long the credentials last. Contacts the vendor.
  func account() async throws(ProviderError) -> RentalAccount

  /// Places that meet the need, cheapest first, unknown prices last. No money is spent.
  func candidates(for need: RentalNeed) async throws(ProviderError) -> [RentalCandidate]

  /// Makes the exact request that rents at a place. Reads from the vendor only (such as image ids); may probe permissions without the token.
  /// - Throws: effect `none` always.
  func compose(_ candidate: RentalCandidate, _ order: RentalOrder) async throws(ProviderError) -> ComposedLaunch

  /// How a machine there learns that it will be taken away: a name of the agent's root; nil for no notice.
  var interruptionNotice: String? { get }

  /// How long after a change a listing may still show what was before.
  var consistencyWindow: Duration { get }

  /// The regions in which listings and ``TrainingProvider/status(of:)`` look, as settings say today; nil for all there are. What was rented in
  /// another is not missing because they do not find it.
  var listedRegions: Set<String>? { get }

  /// What runs the boot script there.
  var bootForm: BootForm { get }

  /// How a machine there ends itself: a name of the agent's root.
  var machineEnd: String { get }

  /// What starts a job's command on every one of its nodes, and lasts until the last of them has ended: words before the command. The agent is on
  /// the first node only.
  var launcher: [String] { get }

  /// Where a scheduler may cut a job off and start it again by itself, if ``RentalOrder/mayRestart`` says so: the variable in which it tells the
  /// job how often it has done that. Nil where what was cut off is over.
  var restartCounter: String? { get }
}

/// What runs the boot script of a rented machine.
public enum BootForm: Sendable, Equatable {
  /// Root does, at every boot, and the machine has a container engine for runs with an image.
  case machine
  /// The machine is a container of the run's image, the script is its first process, and the job a process beside it. The vendor starts it anew,
  /// maybe on an empty disk, whenever it ends.
  ///
  /// `end`: shell lines that ask the vendor to take the machine away, for as long as there is no agent to ask.
  case container(end: String)
  /// The script is a job of a scheduler that many use, and lasts as long as the agent. `folder`, which every machine there and the mailbox see,
  /// gets a folder for each launch. It may wait for its turn for `queueSeconds`; its longest time counts from its start then.
  case job(folder: String, queueSeconds: Int64)

  /// Whether the run's image is the machine itself.
  public var isContainer: Bool { if case .container = self { true } else { false } }

  /// How long it may wait for its turn before it starts.
  public var queueSeconds: Int64 { if case .job(_, let seconds) = self { seconds } else { 0 } }
}

/// Who pays.
public struct RentalAccount: Sendable, Codable, Equatable {
  /// The account in the vendor's own words.
  public var id: String
  /// The identity that asks: an ARN, an API account's name.
  public var identity: String
  /// When the credentials end; nil for never.
  public var credentialsExpire: Date?

  /// An account.
  public init(id: String, identity: String, credentialsExpire: Date? = nil) {
    self.id = id
    self.identity = identity
    self.credentialsExpire = credentialsExpire
  }
}

/// What is to be rented.
public struct RentalNeed: Sendable, Equatable {
  /// Devices, memory, disk.
  public var resources: ResourceNeed
  /// Spot, and only spot.
  public var spot: Bool
  /// How many nodes work together, each with `resources`.
  public var nodes: Int64 = 1
  /// Settings of the run file for this provider.
  public var options: [String: JSONValue]
  /// Architectures for which there is an agent: `x86_64`, `aarch64`.
  public var architectures: [String]

  /// A need.
  public init(resources: ResourceNeed, spot: Bool = false, options: [String: JSONValue] = [:], architectures: [String]) {
    self.resources = resources
    self.spot = spot
    self.options = options
    self.architectures = architectures
  }
}

/// A place with what it offers and what it costs.
public struct RentalCandidate: Sendable, Codable, Equatable {
  /// Where.
  public var place: RentalPlace
  /// What it is, with the price of a running hour, all meters together; nil when one of them is unknown.
  public var offer: Offer
  /// `x86_64` or `aarch64`.
  public var architecture: String
  /// What it will be charged for.
  public var meters: [Meter]
  /// The longest time that anything may run there, in seconds; nil for no limit.
  public var longestSeconds: Int64?

  /// A candidate. Region, zone and market of the offer are those of the place.
  public init(place: RentalPlace, offer: Offer, architecture: String, meters: [Meter]) {
    self.place = place
    self.offer = offer
    self.offer.region = place.region.isEmpty ? nil : place.region
    self.offer.zone = place.zone
    self.offer.isSpot = place.market == .spot
    self.architecture = architecture
    self.meters = meters
  }
}

/// Everything that goes into a request beside its place.
public struct RentalOrder: Sendable {
  /// The token, fresh for this place.
  public var token: LaunchToken
  /// Ownership and the user's own tags; at most 50, none of the user's in a key.
  public var tags: [String: String]
  /// A script that the machine runs as root at every boot.
  public var bootScript: String
  /// A name for people.
  public var name: String
  /// What is to be rented.
  public var need: RentalNeed
  /// Never pay more per hour for the machine itself.
  public var maximumHourly: Money?
  /// The run's container image: the machine's own where that is one of ``BootForm/container(end:)``.
  public var image: String?
  /// How long it may last from its start, in seconds, where it has to wait for its turn; nil for no limit but the place's own.
  public var lifetimeSeconds: Int64?
  /// Whether a job that was cut off may be started again by ``RentingProvider/restartCounter``'s scheduler: its agent goes on then.
  public var mayRestart = false
  /// Its part in a request for many runs, of a ``SweepRenting`` provider; nil for a request of its own.
  public var sweep: SweepShare?

  /// An order.
  public init(token: LaunchToken, tags: [String: String], bootScript: String, name: String, need: RentalNeed, maximumHourly: Money? = nil) {
    self.token = token
    self.tags = tags
    self.bootScript = bootScript
    self.name = name
    self.need = need
    self.maximumHourly = maximumHourly
  }
}

/// A request on paper: what the ledger keeps, and what every retry sends again verbatim, signed anew.
public struct ComposedLaunch: Sendable, Codable, Equatable {
  /// The token inside `request`.
  public var token: LaunchToken
  /// Where it goes.
  public var place: RentalPlace
  /// The request in the provider's own form, without a signature. Never printed: the boot script may hold addresses that are secrets.
  public var request: String

  /// A composed launch.
  public init(token: LaunchToken, place: RentalPlace, request: String) {
    self.token = token
    self.place = place
    self.request = request
  }
}

extension RentingProvider {
  /// No notice.
  public var interruptionNotice: String? { nil }

  /// All there are.
  public var listedRegions: Set<String>? { nil }

  /// A machine of its own.
  public var bootForm: BootForm { .machine }

  /// It shuts down.
  public var machineEnd: String { FarOrder.shutdown }

  /// One node needs none.
  public var launcher: [String] { [] }

  /// Nobody starts anything again.
  public var restartCounter: String? { nil }
}
