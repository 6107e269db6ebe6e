public import FoundationEssentials
public import TrainingModel

/// What an event says. Rows, costs and budgets are nothing but the sum of these.
public enum LedgerChange: Sendable, Codable, Equatable {
  /// The ledger begins: the first event of every ledger.
  case opened(installation: String)
  /// Something is about to be rented; `requestDigest` is the SHA-256 of the exact request.
  case intended(row: LedgerRow, requestDigest: String)
  /// The request goes out now, for the first time or again.
  case requested
  /// The provider named the resource.
  case confirmed(resource: ResourceID, launchedAt: Date?)
  /// It runs, or can be used.
  case ready(since: Date?)
  /// It costs less than when it runs.
  case stopped(since: Date?)
  /// It runs again.
  case started(since: Date?)
  /// Its end is wanted.
  case deleting(reason: String)
  /// Its end was asked for, without the word that it is gone.
  case deletionAttempted(error: String?, next: Date)
  /// The provider says that it does not exist (any more). Two of these, a window apart, are its end.
  case saidGone(ProvidersWord)
  /// A complete listing, by token and by tag and in all states, does not show it. Two of these, a window apart, prove that it never was.
  case notListed(window: TimeInterval)
  /// It never existed.
  case voided(VoidEvidence)
  /// Its agent was heard of.
  case heartbeat(at: Date)
  /// A listing shows these alive.
  case seen([IntentID])
  /// It may not be destroyed.
  case protected(until: Date?)
  /// It may be destroyed again.
  case unprotected
  /// It is ours from now on, though no request of this ledger made it.
  case adopted(row: LedgerRow)
  /// It is out of sight: a person gave it up, or another home has it.
  case forgotten(reason: String)
  /// A word for people.
  case noted(String)
  /// Its deadline moved.
  case expires(Date?)
  /// What the spot market charged, known until `through`.
  case priced([SpotPrice], through: Date)
  /// What the vendor's bill says that it has cost, all meters together and from its beginning to its end.
  case billed(Money)
  /// A mutation was tried: the audit trail.
  case attempted(MutationAttempt)
  /// A budget is set, or replaced under its name.
  case budgeted(Budget)
  /// A budget is gone.
  case unbudgeted(name: String)

  /// The name of the change in the database: that of the case.
  public var kind: String {
    let text = String(describing: self)
    return String(text.prefix { $0 != "(" })
  }
}

/// What a provider says of the end of something.
public struct ProvidersWord: Sendable, Codable, Equatable {
  /// The provider's time of the end, when it tells one.
  public var endedAt: Date?
  /// When it began to run, where it had to wait for its turn.
  public var startedAt: Date?
  /// Whether it ever ran; nil when the provider does not say.
  public var ran: Bool?
  /// The provider's consistency window in seconds: the second word counts only this much after the first.
  public var window: TimeInterval
  /// How long after the last sign of life it may have gone on, in seconds: what bounds its cost when no end is told.
  public var bound: TimeInterval

  /// A word.
  public init(startedAt: Date? = nil, endedAt: Date? = nil, ran: Bool? = nil, window: TimeInterval, bound: TimeInterval = 180) {
    self.startedAt = startedAt
    self.endedAt = endedAt
    self.ran = ran
    self.window = window
    self.bound = bound
  }
}

/// What proves that a request made nothing. A transport failure never does.
public enum VoidEvidence: Sendable, Codable, Equatable {
  /// The request was never sent: the row was still an intent.
  case neverSent
  /// The vendor refused it, effect none. An earlier request with an unknown effect is settled by it only when the vendor `comparedToken`:
  /// looked for that token before it refused, as with a lack of capacity and unlike a refused signature.
  case refused(error: String, comparedToken: Bool)
}

/// A price from a moment on.
public struct SpotPrice: Sendable, Codable, Equatable {
  /// The moment.
  public var from: Date
  /// Per hour.
  public var hourly: Money

  /// A price from a moment on.
  public init(from: Date, hourly: Money) {
    self.from = from
    self.hourly = hourly
  }
}

/// One attempt at changing something at a provider.
public struct MutationAttempt: Sendable, Codable, Equatable {
  /// What an attempt did to the world.
  public enum Effect: String, Sendable, Codable {
    case none, unknown, applied
  }
  /// "launch", "destroy", "stop", "start", "tag", "own-end", …
  public var action: String
  /// To what, when it has a name.
  public var resource: ResourceID?
  /// What it did.
  public var effect: Effect
  /// The vendor's words when it failed.
  public var error: String?
  /// The vendor's id of the request.
  public var requestID: String?

  /// An attempt.
  public init(_ action: String, resource: ResourceID? = nil, effect: Effect, error: String? = nil, requestID: String? = nil) {
    self.action = action
    self.resource = resource
    self.effect = effect
    self.error = error
    self.requestID = requestID
  }
}
