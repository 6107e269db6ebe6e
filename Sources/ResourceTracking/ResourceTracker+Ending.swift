public import FoundationEssentials
public import TrainingModel

extension ResourceTracker {
  /// Its end is wanted: from here on it is a job that never gives up.
  @discardableResult
  public func deleting(_ intent: IntentID, reason: String) throws(LedgerError) -> LedgerRow {
    try record(.deleting(reason: reason), of: intent)
  }

  /// Its end was asked for; the answer is not its end. Also when the provider said yes: what counts is ``saidGone(_:_:)``.
  /// - Parameters:
  ///   - error: nil when the provider took the request.
  ///   - next: when to ask again.
  @discardableResult
  public func deletionAttempt(_ intent: IntentID, error: String? = nil, next: Date) throws(LedgerError) -> LedgerRow {
    try record(.deletionAttempted(error: error, next: next), of: intent)
  }

  /// The provider says not-found or terminated. `absent` is the second word, at least the window after the first.
  @discardableResult
  public func saidGone(_ intent: IntentID, _ word: ProvidersWord) throws(LedgerError) -> LedgerRow {
    try record(.saidGone(word), of: intent)
  }

  /// A complete listing, by token and by tag and in all states, is without it. Counts only once its last request can no longer be accepted;
  /// `void` is the second such word, at least the window after the first.
  @discardableResult
  public func notListed(_ intent: IntentID, window: Duration) throws(LedgerError) -> LedgerRow {
    let (seconds, attoseconds) = window.components
    return try record(.notListed(window: Double(seconds) + Double(attoseconds) / 1e18), of: intent)
  }

  /// It never existed, and this is why.
  @discardableResult
  public func void(_ intent: IntentID, _ evidence: VoidEvidence) throws(LedgerError) -> LedgerRow {
    try record(.voided(evidence), of: intent)
  }

  /// It may not be destroyed, until then or for good.
  @discardableResult
  public func protect(_ intent: IntentID, until: Date? = nil) throws(LedgerError) -> LedgerRow {
    try record(.protected(until: until), of: intent)
  }

  /// It may be destroyed again.
  @discardableResult
  public func unprotect(_ intent: IntentID) throws(LedgerError) -> LedgerRow { try record(.unprotected, of: intent) }

  /// It is ours from now on: what lives, though no request of this ledger made it. ``LedgerRow/adopting(_:installation:owner:now:)`` makes the row.
  @discardableResult
  public func adopt(_ row: LedgerRow) throws(LedgerError) -> LedgerRow { try record(.adopted(row: row), of: row.intent) }

  /// It goes out of sight, with a word why. What costs money then is nobody's here; refused while a request of it is open.
  @discardableResult
  public func forget(_ intent: IntentID, reason: String) throws(LedgerError) -> LedgerRow {
    try record(.forgotten(reason: reason), of: intent)
  }

  /// A word for people.
  @discardableResult
  public func note(_ intent: IntentID, _ words: String) throws(LedgerError) -> LedgerRow { try record(.noted(words), of: intent) }

  /// Its deadline moved.
  @discardableResult
  public func expire(_ intent: IntentID, at date: Date?) throws(LedgerError) -> LedgerRow { try record(.expires(date), of: intent) }

  /// A mutation was tried, whatever came of it. A launch's effect `none` is counted against its open requests.
  public func attempted(_ intent: IntentID?, _ attempt: MutationAttempt) throws(LedgerError) {
    try append([(intent, .attempted(attempt))])
  }
}
