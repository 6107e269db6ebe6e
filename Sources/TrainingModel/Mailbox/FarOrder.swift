public import FoundationEssentials

/// What a machine's boot script hands to the agent there: where its mailbox is, and when the machine must end. Holds no secret.
public struct FarOrder: Sendable, Codable, Equatable {
  /// The schema this version writes and reads.
  public static let currentSchema = "runpilot/far-order/v1"

  /// The schema of the file.
  public var schema = FarOrder.currentSchema
  /// Where the mailbox is.
  public var store: StoreAddress
  /// The mailbox's names.
  public var mailbox: MailboxLayout
  /// The code; nil when the job needs none.
  public var bundle: BundleReference?
  /// When the machine must be gone, whatever else happens. The job is ended early enough before it to save what it made.
  public var deadline: Date
  /// How long the machine may last from the agent's start, in seconds: where it had to wait for its turn; nil when only `deadline` counts.
  public var lifetimeSeconds: Int64?
  /// How much of the time before `deadline` is kept for saving.
  public var savingSeconds: Int64 = 300
  /// End the job after this long without a byte of log and with CPU and GPU below 5 %; nil for never.
  public var idleSeconds: Int64?
  /// What the run may cost; nil for no limit.
  public var costLimit: CostLimit?
  /// Where the job keeps what it can go on from; nil when it does not say.
  public var checkpoint: CheckpointOrder?
  /// How often whoever runs the machine may start the job again after he has cut it off; nil when it is over then.
  public var restart: RestartOrder?
  /// Which notice of the machine's end is listened for; a name of the agent's root. Nil for none.
  public var interruption: String?
  /// How the machine ends itself; a name of the agent's root.
  public var machineEnd = FarOrder.shutdown
  /// The folder of this machine below which everything stands.
  public var folder = "/var/lib/runpilot"
  /// The object in the mailbox from which the session was fetched: it is deleted once it was, so that whoever comes later, and be it this machine
  /// started anew on an empty disk, does not get in and runs nothing a second time. Nil when the session came with the order.
  public var sessionKey: String?
  /// Whether the job's output is written to the agent's own, too, where the machine's vendor keeps it.
  public var echoesOutput: Bool?

  /// The ``machineEnd`` that shuts the machine down.
  public static let shutdown = "shutdown"
  /// The ``machineEnd`` that leaves the machine running: one that many share.
  public static let stay = "stay"
  /// The ``machineEnd`` that leaves the machine running, and takes ``folder`` away when all of the run is in its mailbox.
  public static let leave = "leave"

  /// An order; what else there is to say has defaults.
  public init(store: StoreAddress, mailbox: MailboxLayout, deadline: Date) {
    self.store = store
    self.mailbox = mailbox
    self.deadline = deadline
  }

  enum CodingKeys: String, CodingKey {
    case schema, store, mailbox, bundle, deadline, checkpoint, restart, interruption, folder
    case lifetimeSeconds = "lifetime_seconds"
    case savingSeconds = "saving_seconds"
    case idleSeconds = "idle_seconds"
    case costLimit = "cost_limit"
    case machineEnd = "machine_end"
    case sessionKey = "session_key"
    case echoesOutput = "echoes_output"
  }

  /// The order as it stands when the agent begins: a lifetime that counts from there has its end, and money that is spent from there a beginning.
  public func begun(at start: Date) -> FarOrder {
    var order = self
    order.costLimit?.since = costLimit?.since ?? start
    if let lifetimeSeconds { order.deadline = min(deadline, start.addingTimeInterval(Double(lifetimeSeconds))) }
    return order
  }

  /// Where the machine keeps the session that opens its mailbox, if it needs one.
  public var sessionFile: String { "\(folder)/session.json" }
  /// The run's folder on the machine: the same layout as at home.
  public var runFolder: RunFolder { RunFolder("\(folder)/\(mailbox.runUID)/run") }
  /// Where the bundle is unpacked: the job's project folder.
  public var projectFolder: String { "\(folder)/\(mailbox.runUID)/project" }
}

/// A bucket, and how a machine gets in.
public struct StoreAddress: Sendable, Codable, Equatable {
  /// Where credentials come from.
  public enum Credentials: String, Sendable, Codable {
    /// The machine's own role, which refreshes them.
    case machine
    /// A session for the run's mailbox alone, in a file beside the order that only root reads (``StoreSession``).
    case session
    /// The environment of the agent.
    case environment
  }
  /// The bucket.
  public var bucket: String
  /// Its region; empty where there is none.
  public var region: String
  /// The service's address; nil for the vendor's own. `file:///folder` is a file system that both sides see.
  public var endpoint: String?
  /// Whether the bucket is part of the path and not of the host's name.
  public var pathStyle: Bool
  /// How a machine gets in.
  public var credentials: Credentials

  /// An address.
  public init(bucket: String, region: String, endpoint: String? = nil, pathStyle: Bool = false, credentials: Credentials = .machine) {
    self.bucket = bucket
    self.region = region
    self.endpoint = endpoint
    self.pathStyle = pathStyle
    self.credentials = credentials
  }

  /// The folder that the bucket is, on a file system that both sides see; nil for a store elsewhere.
  public var folder: String? {
    guard let endpoint, endpoint.hasPrefix("file:///") else { return nil }
    return endpoint.dropFirst("file://".count) + "/" + bucket
  }

  enum CodingKeys: String, CodingKey {
    case bucket, region, endpoint, credentials
    case pathStyle = "path_style"
  }
}

/// A bundle of code in the mailbox.
public struct BundleReference: Sendable, Codable, Equatable {
  /// The digest of the archive's bytes, as 64 hexadecimal digits.
  public var sha256: String
  /// The archive's size.
  public var bytes: Int64

  /// A bundle.
  public init(sha256: String, bytes: Int64) {
    self.sha256 = sha256
    self.bytes = bytes
  }
}

/// What a run may cost, as a machine can know it by itself: at what rate it costs since when, and how much is too much.
public struct CostLimit: Sendable, Codable, Equatable {
  /// Per hour, everything together.
  public var hourly: Money
  /// When to stop.
  public var maximum: Money
  /// From when on it costs; nil for from the agent's start on, where it had to wait for its turn.
  public var since: Date?

  /// A limit.
  public init(hourly: Money, maximum: Money, since: Date?) {
    self.hourly = hourly
    self.maximum = maximum
    self.since = since
  }

  /// When the money is spent; nil when nothing is charged, nobody knows since when, or the currencies differ, so that no moment can be told.
  public var end: Date? {
    guard let since, hourly.currency == maximum.currency, hourly.amount > 0 else { return nil }
    let seconds = maximum.amount / hourly.amount * 3_600
    // A hundred years are as good as never, and a Date of any more is not.
    return since.addingTimeInterval(min(Double("\(seconds)") ?? 0, 3.2e9))
  }
}
