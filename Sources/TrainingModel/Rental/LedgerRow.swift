public import FoundationEssentials

/// One intent as it stands: what the ledger's events add up to.
public struct LedgerRow: Sendable, Codable, Equatable {
  /// The intent.
  public var intent: IntentID
  /// What made the request idempotent.
  public var token: String
  /// How far it has come.
  public var state: LedgerState
  /// When `state` was entered.
  public var stateSince: Date
  /// "machine", "volume", "snapshot", "security-group", "bucket", "object-prefix", …
  public var kind: String
  /// Where.
  public var place: RentalPlace
  /// The provider's name for it, once it has one.
  public var resource: ResourceID?
  /// What it belongs to: a volume's machine.
  public var parent: IntentID?
  /// The run it is for.
  public var runUID: String?
  /// That run's id in this home.
  public var runID: RunID?
  /// That run's name.
  public var runName: String?
  /// That run's project.
  public var project: String?
  /// That run's tags.
  public var tags: [String]
  /// Whose it is.
  public var owner: String
  /// The home whose tags it carries.
  public var installation: String
  /// When the intent was written.
  public var createdAt: Date
  /// When it must be gone.
  public var expiresAt: Date?
  /// When the provider says it was launched.
  public var launchedAt: Date?
  /// When the provider says it ended.
  public var endedAt: Date?
  /// When a listing last showed it.
  public var lastSeenAt: Date?
  /// When its agent was last heard of.
  public var lastHeartbeatAt: Date?
  /// What it is charged for, frozen.
  public var meters: [Meter]
  /// Whether it may not be destroyed.
  public var isProtected: Bool
  /// Until when it may not be destroyed.
  public var protectedUntil: Date?
  /// Whether another home, or an unknown hand, made it.
  public var isAdopted: Bool
  /// Attempts to delete it so far.
  public var deletionAttempts: Int
  /// When the next attempt is due.
  public var nextDeletionAt: Date?
  /// What the provider last said against its deletion, or what else a person should know.
  public var note: String?
  /// When its request was last about to be sent.
  public var requestedAt: Date?
  /// Requests about to be sent of which nobody knows what they did.
  public var openRequests: Int
  /// Since when complete listings have not shown it, none after the last request could still be accepted: the first of two words for `void`.
  public var unlistedSince: Date?
  /// When the provider first said that it is gone: the first of two words for `absent`. Taken back by a sighting.
  public var goneSaidAt: Date?
  /// Whether it is out of sight: another home's now, or given up by a person.
  public var isForgotten: Bool

  /// A fresh intent.
  public init(
    intent: IntentID, token: String, kind: String, place: RentalPlace, owner: String, installation: String, meters: [Meter], createdAt: Date
  ) {
    self.intent = intent
    self.token = token
    state = .intent
    stateSince = createdAt
    self.kind = kind
    self.place = place
    tags = []
    self.owner = owner
    self.installation = installation
    self.meters = meters
    self.createdAt = createdAt
    isProtected = false
    isAdopted = false
    deletionAttempts = 0
    openRequests = 0
    isForgotten = false
  }
}
