public import FoundationEssentials
public import TrainingModel

/// What a command may ask about everything that may cost money. Every answer but a cached one begins with a look at the providers.
public protocol ResourceService: Sendable {
  /// What the ledger and the providers know, newest first.
  func resources(_ query: ResourceQuery) async throws -> ResourceListing

  /// One resource by intent, the provider's name for it, run id, or a unique prefix of these; with its events.
  func resource(_ reference: String) async throws -> ResourceDetail

  /// Compares ledger and providers, and writes down what that proves. `rebuild` makes a lost ledger again from live tags.
  func reconcile(rebuild: Bool) async throws -> ReconcileReport

  /// What a clean-up would destroy, and what it would leave alone and why. Sends nothing that changes anything.
  func plan(_ request: CleanupRequest) async throws -> CleanupPreview

  /// Destroys what a plan holds, each after another look; what has drifted since is skipped.
  func destroy(_ preview: CleanupPreview, _ request: CleanupRequest) async throws -> CleanupReport

  /// Stops machines so that only their disks cost, or starts them again.
  func pause(_ references: [String], _ change: PowerChange) async throws -> [ResourceChange]

  /// Protects resources from being destroyed, by us and by themselves; `until` ends it by itself.
  func protect(_ references: [String], until: Date?) async throws -> [ResourceChange]

  /// Takes protection back.
  func unprotect(_ references: [String]) async throws -> [ResourceChange]

  /// Makes resources of another home of the same owner ours.
  func adopt(_ references: [String]) async throws -> [ResourceChange]

  /// Takes a row out of sight without touching what it stands for.
  func forget(_ reference: String, reason: String) async throws -> ResourceChange

  /// The ledger's events, oldest first, and whether their chain is whole.
  func audit(limit: Int?, verify: Bool) async throws -> AuditReport
}

/// Stop or start.
public enum PowerChange: String, Sendable, Codable {
  case stop, start
}

/// Which resources.
public struct ResourceQuery: Sendable, Equatable {
  /// Do not ask providers.
  public var cached = false
  /// Also what other homes made, and what no RunPilot made.
  public var discover = false
  /// Also what is gone.
  public var all = false
  /// Only these providers; empty for all that rent.
  public var providers: [String] = []
  /// Only this project.
  public var project: String?
  /// Only these states.
  public var states: Set<LedgerState> = []
  /// What comes first.
  public var order = Order.newest
  /// How many; nil for all.
  public var limit: Int?

  /// What comes first.
  public enum Order: String, Sendable, Codable, CaseIterable {
    case newest, oldest, price, cost
  }

  /// Everything of ours that is there.
  public init() {}
}

/// Whose a resource is.
public enum Standing: String, Sendable, Codable, CaseIterable {
  /// In our ledger.
  case ours
  /// Carries our tags and is not in our ledger.
  case unknown
  /// Another home's.
  case another
  /// Made by no RunPilot.
  case foreign
}

/// A resource as it is shown.
public struct ResourceView: Sendable, Codable, Equatable {
  /// Whose it is.
  public var standing: Standing
  /// The ledger's row; `intent` is empty and the state is the provider's for what is not in the ledger.
  public var row: LedgerRow
  /// What a running hour costs, all meters together; nil is unknown.
  public var hourly: Money?
  /// What it has cost until now, as far as its rates are known.
  public var cost: RunCost?
  /// Why it should go: it has expired, its run is over. Nil when nothing says so.
  public var orphan: String?
  /// Whether something is destroying it now, and since when it does not go.
  public var stuckSince: Date?

  /// A view.
  public init(
    standing: Standing, row: LedgerRow, hourly: Money? = nil, cost: RunCost? = nil, orphan: String? = nil, stuckSince: Date? = nil
  ) {
    self.standing = standing
    self.row = row
    self.hourly = hourly
    self.cost = cost
    self.orphan = orphan
    self.stuckSince = stuckSince
  }
}

/// A provider that did not say everything.
public struct ProviderGap: Sendable, Codable, Equatable {
  /// Which.
  public var provider: ProviderID
  /// Why, in words.
  public var message: String
  /// How to mend it.
  public var hints: [String]

  /// A gap.
  public init(provider: ProviderID, message: String, hints: [String] = []) {
    self.provider = provider
    self.message = message
    self.hints = hints
  }
}

/// Resources, and what could not be seen.
public struct ResourceListing: Sendable, Codable, Equatable {
  /// The resources.
  public var resources: [ResourceView]
  /// Providers that did not answer in full: what is shown of them is what was known before.
  public var gaps: [ProviderGap]

  /// A listing.
  public init(resources: [ResourceView], gaps: [ProviderGap] = []) {
    self.resources = resources
    self.gaps = gaps
  }
}

/// One resource with its history.
public struct ResourceDetail: Sendable, Codable, Equatable {
  /// The resource.
  public var resource: ResourceView
  /// What happened to it, oldest first.
  public var events: [AuditEvent]
  /// Providers that did not answer.
  public var gaps: [ProviderGap]

  /// A detail.
  public init(resource: ResourceView, events: [AuditEvent], gaps: [ProviderGap]) {
    self.resource = resource
    self.events = events
    self.gaps = gaps
  }
}

/// An event of the ledger, in words.
public struct AuditEvent: Sendable, Codable, Equatable {
  /// Its number.
  public var serial: Int64
  /// When it was written.
  public var at: Date
  /// Who wrote it.
  public var by: String
  /// Whose it is.
  public var intent: IntentID?
  /// "requested", "confirmed", …
  public var kind: String
  /// The rest, in words.
  public var text: String

  /// An event.
  public init(serial: Int64, at: Date, by: String, intent: IntentID?, kind: String, text: String) {
    self.serial = serial
    self.at = at
    self.by = by
    self.intent = intent
    self.kind = kind
    self.text = text
  }
}

/// The ledger's events.
public struct AuditReport: Sendable, Codable, Equatable {
  /// Oldest first.
  public var events: [AuditEvent]
  /// Whether the chain of hashes is whole; nil when it was not checked.
  public var isWhole: Bool?
  /// Where it breaks, in words.
  public var damage: String?

  /// A report.
  public init(events: [AuditEvent], isWhole: Bool? = nil, damage: String? = nil) {
    self.events = events
    self.isWhole = isWhole
    self.damage = damage
  }
}

/// What a comparison of ledger and providers found.
public struct ReconcileReport: Sendable, Codable, Equatable {
  /// What changed, in words, one a resource.
  public var changes: [String]
  /// How many resources stand how.
  public var counts: [String: Int]
  /// Providers that did not answer in full.
  public var gaps: [ProviderGap]

  /// A report.
  public init(changes: [String], counts: [String: Int], gaps: [ProviderGap]) {
    self.changes = changes
    self.counts = counts
    self.gaps = gaps
  }
}

/// What is to be cleaned up, and what was said about it.
public struct CleanupRequest: Sendable, Codable, Equatable {
  /// Only these; empty for everything that should go by itself.
  public var references: [String] = []
  /// Also what is young, or whose run is alive; never what is protected or not ours.
  public var force = false
  /// Protected resources that may go all the same, each named.
  public var overrideProtection: [String] = []
  /// Data that would die with it may.
  public var includeData = false
  /// The phrase that was typed for a large clean-up.
  public var phrase: String?
  /// Whether a reviewed plan says so.
  public var isReviewed = false

  /// Whatever should go by itself.
  public init() {}
}

/// What a clean-up would do.
public struct CleanupPreview: Sendable, Codable, Equatable {
  /// One resource that would go.
  public struct Item: Sendable, Codable, Equatable {
    /// The resource.
    public var resource: ResourceView
    /// Why it goes.
    public var reason: String

    /// An item.
    public init(resource: ResourceView, reason: String) {
      self.resource = resource
      self.reason = reason
    }
  }
  /// One that would stay.
  public struct Skipped: Sendable, Codable, Equatable {
    /// The provider's name for it.
    public var id: String
    /// The rule that keeps it, and the way on.
    public var reason: String

    /// A skipped one.
    public init(id: String, reason: String) {
      self.id = id
      self.reason = reason
    }
  }
  /// What would go.
  public var items: [Item]
  /// What would stay.
  public var skipped: [Skipped]
  /// What has to be typed, because so much would go; nil when a yes is enough.
  public var phrase: String?
  /// Binds ids, states, accounts and the ledger's serial.
  public var digest: String
  /// The ledger's serial when it was made.
  public var serial: Int64
  /// Providers that did not answer in full: nothing of theirs goes.
  public var gaps: [ProviderGap]

  /// A preview.
  public init(items: [Item], skipped: [Skipped], phrase: String?, digest: String, serial: Int64, gaps: [ProviderGap]) {
    self.items = items
    self.skipped = skipped
    self.phrase = phrase
    self.digest = digest
    self.serial = serial
    self.gaps = gaps
  }
}

/// What a clean-up did.
public struct CleanupReport: Sendable, Codable, Equatable {
  /// A resource and what came in the way.
  public struct Failure: Sendable, Codable, Equatable {
    /// The provider's name for it.
    public var id: String
    /// What it said.
    public var error: String

    /// A failure.
    public init(id: String, error: String) {
      self.id = id
      self.error = error
    }
  }
  /// Gone by the provider's word.
  public var deleted: [String] = []
  /// Left alone.
  public var skipped: [CleanupPreview.Skipped] = []
  /// Not destroyed; each is tried again by the next `resources` command.
  public var failed: [Failure] = []
  /// Asked for, and not gone yet.
  public var pending: [String] = []

  /// Nothing yet.
  public init() {}

  /// Whether all that was to go is gone.
  public var isComplete: Bool { skipped.isEmpty && failed.isEmpty && pending.isEmpty }
}

/// What became of one resource that was named.
public struct ResourceChange: Sendable, Codable, Equatable {
  /// The provider's name for it.
  public var id: String
  /// What was done, in words.
  public var outcome: String
  /// Why not, when it was not.
  public var error: String?

  /// A change.
  public init(id: String, outcome: String, error: String? = nil) {
    self.id = id
    self.outcome = outcome
    self.error = error
  }
}
