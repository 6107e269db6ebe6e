public import TrainingModel

/// What a listing says, compared with the ledger.
public struct Reconciliation: Sendable {
  /// An event that the listing proves.
  public struct Step: Sendable {
    /// Whose; nil for a sighting, which names its own.
    public var intent: IntentID?
    /// What to write.
    public var change: LedgerChange
    /// For people, after the resource's name; nil for what goes without saying. For a word of an end: once it is the second.
    public var words: String?

    /// Whether it takes two of these for an end.
    public var isWordOfEnd: Bool {
      switch change {
      case .saidGone, .notListed: true
      default: false
      }
    }

    init(_ intent: IntentID?, _ change: LedgerChange, _ words: String?) {
      self.intent = intent
      self.change = change
      self.words = words
    }
  }
  /// A live resource of ours.
  public struct Match: Sendable {
    /// Its row.
    public var intent: IntentID
    /// The resource.
    public var resource: Resource
  }
  /// A live resource that carries this home's tags and has no living row.
  public struct Find: Sendable {
    /// The resource.
    public var resource: Resource
    /// The row that had been closed, and goes on with it.
    public var continues: IntentID?
  }

  /// In order; each may be refused by the ledger when another process was faster, which is fine.
  public var steps: [Step] = []
  /// Rows whose sighting is worth one event together.
  public var seen: [IntentID] = []
  /// Ours, in the ledger, and live.
  public var known: [Match] = []
  /// Ours, and not in the ledger: to be adopted.
  public var adoptable: [Find] = []
  /// Another home's, or given up.
  public var another: [Resource] = []
  /// Nobody's that we know.
  public var foreign: [Resource] = []
  /// Living rows that are not in the listing; ``Reconciler/absent(_:_:)`` says what that means.
  public var unlisted: [LedgerRow] = []

  /// Nothing.
  public init() {}
}

/// What it means that a listing did not show rows.
public struct Absence: Sendable {
  /// In order.
  public var steps: [Reconciliation.Step] = []
  /// Ask for each, and ``Reconciler/answered(_:_:)`` says what the answer means.
  public var toAsk: [LedgerRow] = []
  /// Where this provider does not look now: nothing is known of them.
  public var elsewhere: [LedgerRow] = []

  /// Nothing.
  public init() {}
}
