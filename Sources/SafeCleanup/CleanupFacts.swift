public import FoundationEssentials
public import TrainingModel

/// What is known about a resource at the moment of decision. `Orchestration` gathers it live.
public struct CleanupFacts: Sendable, Codable, Equatable {
  /// The resource as its provider just described it.
  public var resource: Resource
  /// Whether the listing that showed it was complete.
  public var listingComplete: Bool
  /// When the provider was asked.
  public var gatheredAt: Date
  /// This home's random id.
  public var installation: String
  /// The account and owner that the ledger has for it; nil for what is in no ledger, because it costs nothing.
  public var ledger: LedgerWord?
  /// Whether the run it belongs to is known here and still lives.
  public var runIsAlive: Bool
  /// Whether that run is known to be over.
  public var runHasEnded: Bool
  /// Data that would die with it, in words.
  public var dataAtRisk: [String]

  /// What the ledger says of a resource.
  public struct LedgerWord: Sendable, Codable, Equatable {
    /// Who pays.
    public var account: String
    /// Whose it is.
    public var owner: String
    /// Whether it may not be destroyed.
    public var isProtected: Bool
    /// Until when it may not be destroyed.
    public var protectedUntil: Date?

    /// The word of a row.
    public init(_ row: LedgerRow) {
      account = row.place.account
      owner = row.owner
      isProtected = row.isProtected
      protectedUntil = row.protectedUntil
    }
  }

  /// The facts of one resource. A run that is not alive counts as ended unless something else is said.
  public init(
    resource: Resource, listingComplete: Bool, gatheredAt: Date, installation: String, runIsAlive: Bool, runHasEnded: Bool? = nil,
    ledger: LedgerWord? = nil, dataAtRisk: [String] = []
  ) {
    self.resource = resource
    self.listingComplete = listingComplete
    self.gatheredAt = gatheredAt
    self.installation = installation
    self.runIsAlive = runIsAlive
    self.runHasEnded = runHasEnded ?? !runIsAlive
    self.ledger = ledger
    self.dataAtRisk = dataAtRisk
  }
}
