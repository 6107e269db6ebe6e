public import FoundationEssentials
public import TrainingModel

/// What each event makes of a row. Pure: the same events always give the same row, which is what lets projections be made again.
public enum LedgerStateMachine {
  /// How long a signed request can still be accepted after it was sent.
  public static let signingLife: TimeInterval = 15 * 60

  /// The row after a change, or the row as it is when the change says nothing new.
  ///
  /// - Parameters:
  ///   - at: when the event is written.
  ///   - row: the row before; nil when there is none.
  /// - Throws: ``LedgerRefusal`` when the step does not follow from where the row stands.
  public static func apply(_ change: LedgerChange, at: Date, to row: LedgerRow?, intent: IntentID) throws(LedgerRefusal) -> LedgerRow {
    switch change {
    case .intended(let fresh, _): return try begin(fresh, over: row)
    case .adopted(let found): return try adopt(found, over: row, at: at)
    default: break
    }
    guard let row else { throw LedgerRefusal(intent, "changed", "it is not in the ledger") }
    switch change {
    case .requested, .confirmed, .ready, .stopped, .started, .heartbeat: return try live(change, at, row)
    case .deleting, .deletionAttempted, .saidGone, .notListed, .voided: return try ending(change, at, row)
    case .forgotten(let reason): return try forget(row, reason)
    default: return remark(change, row)
    }
  }

  private static func begin(_ fresh: LedgerRow, over row: LedgerRow?) throws(LedgerRefusal) -> LedgerRow {
    guard row == nil else { throw LedgerRefusal(fresh.intent, "intended", "an intent is written once; another attempt is another intent") }
    guard fresh.state == .intent, fresh.resource == nil, fresh.openRequests == 0 else {
      throw LedgerRefusal(fresh.intent, "intended", "it begins in state intent, without a resource")
    }
    return fresh
  }

  /// Reality wins: what lives is ours to account for, whatever the ledger believed.
  private static func adopt(_ found: LedgerRow, over row: LedgerRow?, at: Date) throws(LedgerRefusal) -> LedgerRow {
    guard found.resource != nil, [.observed, .ready, .stopped, .deleting].contains(found.state) else {
      throw LedgerRefusal(found.intent, "adopted", "only what lives and has a name can be adopted")
    }
    if let row, !row.state.isOver, !row.isForgotten, row.resource != nil, row.resource != found.resource {
      throw LedgerRefusal(found.intent, "adopted", "that intent already has \(row.resource?.rawValue ?? "")")
    }
    // What the ledger knew stays: rates are frozen once.
    var adopted = row ?? found
    (adopted.resource, adopted.state, adopted.stateSince, adopted.lastSeenAt) = (found.resource, found.state, at, at)
    (adopted.owner, adopted.installation, adopted.isAdopted) = (found.owner, found.installation, found.isAdopted)
    (adopted.launchedAt, adopted.expiresAt) = (found.launchedAt ?? adopted.launchedAt, found.expiresAt ?? adopted.expiresAt)
    (adopted.goneSaidAt, adopted.endedAt, adopted.unlistedSince) = (nil, nil, nil)
    (adopted.isForgotten, adopted.openRequests) = (false, 0)
    return adopted
  }

  private static func forget(_ row: LedgerRow, _ reason: String) throws(LedgerRefusal) -> LedgerRow {
    guard row.state != .requested, row.state != .intent else {
      throw LedgerRefusal(
        row.intent, "forgotten", "nobody knows yet what its request did", hints: ["let it be resolved: `runpilot resources reconcile`"])
    }
    var row = row
    row.isForgotten = true
    row.note = reason
    return row
  }

  /// What changes no state.
  private static func remark(_ change: LedgerChange, _ row: LedgerRow) -> LedgerRow {
    var row = row
    switch change {
    case .protected(let until):
      row.isProtected = until == nil
      row.protectedUntil = until
    case .unprotected:
      row.isProtected = false
      row.protectedUntil = nil
    case .noted(let words): row.note = words
    case .expires(let date): row.expiresAt = date
    case .attempted(let attempt) where attempt.action == "launch" && attempt.effect == .none:
      row.openRequests = max(0, row.openRequests - 1)
    default: break
    }
    return row
  }

  /// Signs of life: they move times forward only, and take back a word of its end.
  public static func alive(_ row: LedgerRow, seen: Date? = nil, heard: Date? = nil) -> LedgerRow {
    guard !row.state.isOver else { return row }
    var row = row
    if let seen {
      row.lastSeenAt = max(row.lastSeenAt ?? seen, seen)
      row.goneSaidAt = nil
      row.endedAt = nil
    }
    if let heard { row.lastHeartbeatAt = max(row.lastHeartbeatAt ?? heard, heard) }
    return row
  }
}

extension LedgerRow {
  /// In another state from a moment on; the same state keeps its moment.
  func entering(_ state: LedgerState, at: Date) -> LedgerRow {
    guard self.state != state else { return self }
    var row = self
    row.state = state
    row.stateSince = at
    return row
  }
}
