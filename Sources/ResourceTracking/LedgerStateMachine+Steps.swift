import FoundationEssentials
import TrainingModel

extension LedgerStateMachine {
  /// The steps of something that lives, or may.
  static func live(_ change: LedgerChange, _ at: Date, _ row: LedgerRow) throws(LedgerRefusal) -> LedgerRow {
    switch change {
    case .requested:
      guard row.state == .intent || row.state == .requested else { throw no(row, "requested") }
      var row = row.entering(.requested, at: at)
      row.requestedAt = at
      row.openRequests += 1
      row.unlistedSince = nil
      return row
    case .confirmed(let resource, let launchedAt): return try confirm(row, resource, launchedAt, at)
    case .heartbeat(let heard):
      let row = alive(row, heard: heard)
      return row.state == .observed ? row.entering(.ready, at: at) : row
    case .ready: return try entering(.ready, from: [.observed], row, at)
    case .started: return try entering(.ready, from: [.stopped], row, at)
    case .stopped: return try entering(.stopped, from: [.observed, .ready], row, at)
    default: return row
    }
  }

  /// The provider shows it in a state; in that state already, nothing is new.
  private static func entering(_ state: LedgerState, from origins: [LedgerState], _ row: LedgerRow, _ at: Date) throws(LedgerRefusal)
    -> LedgerRow
  {
    guard row.state != state else { return row }
    guard origins.contains(row.state) else { throw no(row, state.rawValue) }
    return alive(row, seen: at).entering(state, at: at)
  }

  private static func confirm(_ row: LedgerRow, _ resource: ResourceID, _ launchedAt: Date?, _ at: Date) throws(LedgerRefusal) -> LedgerRow
  {
    guard row.resource == nil || row.resource == resource else {
      throw LedgerRefusal(row.intent, "confirmed as \(resource)", "it already is \(row.resource?.rawValue ?? "")")
    }
    // A row given up as void comes back by adoption, which says so.
    guard !row.state.isOver else { throw no(row, "confirmed") }
    var row = row.state == .intent || row.state == .requested ? row.entering(.observed, at: at) : row
    row.resource = resource
    row.launchedAt = row.launchedAt ?? launchedAt
    row.openRequests = 0
    row.unlistedSince = nil
    return row
  }

  /// The steps towards an end.
  static func ending(_ change: LedgerChange, _ at: Date, _ row: LedgerRow) throws(LedgerRefusal) -> LedgerRow {
    switch change {
    case .deleting:
      guard row.state != .deleting else { return row }
      guard row.resource != nil, [.observed, .ready, .stopped].contains(row.state) else { throw no(row, "deleted") }
      var row = row.entering(.deleting, at: at)
      row.nextDeletionAt = at
      return row
    case .deletionAttempted(let error, let next):
      guard row.state == .deleting else { throw no(row, "deleted") }
      var row = row
      row.deletionAttempts += 1
      row.nextDeletionAt = next
      row.note = error ?? row.note
      return row
    case .saidGone(let word): return try gone(row, word, at)
    case .notListed(let window): return try unlisted(row, window, at)
    case .voided(let evidence): return try void(row, evidence, at)
    default: return row
    }
  }

  private static func gone(_ row: LedgerRow, _ word: ProvidersWord, _ at: Date) throws(LedgerRefusal) -> LedgerRow {
    guard row.state != .absent else { return row }
    guard row.state != .intent, row.state != .void else { throw no(row, "absent") }
    var row = row
    row.endedAt = word.endedAt ?? row.endedAt
    guard let first = row.goneSaidAt else {
      row.goneSaidAt = at
      return row
    }
    guard at.timeIntervalSince(first) >= word.window else { return row }
    row.nextDeletionAt = nil
    row.openRequests = 0
    return row.entering(.absent, at: at)
  }

  private static func unlisted(_ row: LedgerRow, _ window: TimeInterval, _ at: Date) throws(LedgerRefusal) -> LedgerRow {
    guard row.state == .requested, let requested = row.requestedAt else { throw no(row, "void") }
    // Before, the request may still be on its way: an empty listing says nothing.
    guard at.timeIntervalSince(requested) >= signingLife else { return row }
    var row = row
    guard let first = row.unlistedSince else {
      row.unlistedSince = at
      return row
    }
    guard at.timeIntervalSince(first) >= window else { return row }
    row.openRequests = 0
    return row.entering(.void, at: at)
  }

  private static func void(_ row: LedgerRow, _ evidence: VoidEvidence, _ at: Date) throws(LedgerRefusal) -> LedgerRow {
    guard row.state != .void else { return row }
    switch evidence {
    case .neverSent:
      guard row.state == .intent else { throw no(row, "void") }
    case .refused(let error, let comparedToken):
      guard row.state == .requested || row.state == .intent else { throw no(row, "void") }
      guard comparedToken || row.openRequests <= 1 else {
        throw LedgerRefusal(
          row.intent, "void", "this request was refused (\(error)), and what an earlier one did is not known",
          hints: ["two complete listings settle it: `runpilot resources reconcile`"])
      }
    }
    var row = row.entering(.void, at: at)
    row.openRequests = 0
    if case .refused(let error, _) = evidence { row.note = error }
    return row
  }

  private static func no(_ row: LedgerRow, _ step: String) -> LedgerRefusal {
    LedgerRefusal(row.intent, step, "it is \(row.state.rawValue)")
  }
}
