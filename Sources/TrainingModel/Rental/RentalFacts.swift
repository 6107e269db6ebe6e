public import FoundationEssentials

/// Where a run was rented a machine, and how to hear of it: part of its record.
public struct RentalFacts: Sendable, Codable, Equatable {
  /// The ledger's row.
  public var intent: IntentID
  /// Where.
  public var place: RentalPlace
  /// The provider's name for the machine, once it has one.
  public var resource: ResourceID?
  /// The price of a running hour when it was rented, everything together; nil is unknown.
  public var hourly: Money?
  /// When the machine must be gone.
  public var expiresAt: Date
  /// The bucket through which home and machine speak.
  public var store: StoreAddress
  /// The names in it.
  public var mailbox: MailboxLayout
  /// Which attempt of the run this is, from one.
  public var attempt: Int
  /// How many bytes of the log here are of earlier attempts; nil for none.
  public var logStart: Int64?
  /// When a further attempt was begun; nil for the first, which began with the run.
  public var begunAt: Date?

  /// The facts of an attempt.
  public init(
    intent: IntentID, place: RentalPlace, hourly: Money?, expiresAt: Date, store: StoreAddress, mailbox: MailboxLayout, attempt: Int
  ) {
    self.intent = intent
    self.place = place
    self.hourly = hourly
    self.expiresAt = expiresAt
    self.store = store
    self.mailbox = mailbox
    self.attempt = attempt
  }

  enum CodingKeys: String, CodingKey {
    case intent, place, resource, hourly, store, mailbox, attempt
    case expiresAt = "expires_at"
    case logStart = "log_start"
    case begunAt = "begun_at"
  }
}
