public import FoundationEssentials
public import TrainingModel

/// Compares a live listing with the ledger. Pure, and it never leads to a create: it says what is whose, and what the listing proves.
///
/// What a listing does not show is no proof of an end: it may lag, or have lost its tags. The provider is asked for that very resource then
/// (``Absence/toAsk``), and its answer is a word (``answered(_:_:)``). Where a listing has not looked, it proves nothing about what it does not show.
public struct Reconciler: Sendable {
  /// The home's random id.
  public var installation: String
  /// When the provider was asked.
  public var now: Date
  /// How long after a change the provider may still show what was before, in seconds.
  public var window: TimeInterval
  /// Whether what runs may be put back to wait for its turn: a scheduler's job. Anywhere else what is said to be starting has only lagged.
  public var mayWaitAgain = false

  /// How often a sighting is worth an event.
  static let sightingInterval: TimeInterval = 60

  /// A comparison at a moment.
  public init(installation: String, now: Date, window: TimeInterval) {
    self.installation = installation
    self.now = now
    self.window = window
  }

  /// What a listing says.
  /// - Parameters:
  ///   - rows: what is not over at that provider, and whatever the listing names: ``ResourceTracker/rows(at:namedBy:)``.
  ///   - resources: all pages, in all states.
  public func compare(_ rows: [LedgerRow], _ resources: [Resource]) -> Reconciliation {
    var found = Reconciliation()
    let byResource = Dictionary(rows.compactMap { row in row.resource.map { ($0, row) } }) { first, second in
      first.isForgotten ? second : first
    }
    let byIntent = Dictionary(rows.map { ($0.intent, $0) }) { first, _ in first }
    var matched: Set<IntentID> = []
    for resource in resources {
      // A second machine with the tags of another's intent is not that intent's machine, and nor is a disk that carries its machine's tags.
      let named = resource.intent.flatMap { byIntent[$0] }.flatMap { $0.resource == nil && $0.kind == resource.kind ? $0 : nil }
      if let row = byResource[resource.id] ?? named, matched.insert(row.intent).inserted {
        known(row, resource, &found)
      } else if resource.state != .gone {
        stranger(resource, &found)
      }
    }
    found.unlisted = rows.filter { !matched.contains($0.intent) && !$0.state.isOver && !$0.isForgotten }
    return found
  }

  /// What it means that a listing did not show rows.
  /// - Parameters:
  ///   - rows: ``Reconciliation/unlisted``.
  ///   - coverage: where the listing has looked.
  public func absent(_ rows: [LedgerRow], _ coverage: ListingCoverage) -> Absence {
    var found = Absence()
    for row in rows {
      switch coverage.of(row.place) {
      case .seen: unlisted(row, &found)
      case .unanswered: continue
      case .elsewhere: found.elsewhere.append(row)
      }
    }
    return found
  }

  /// What the provider's answer about one resource means; nil for nothing yet.
  public func answered(_ row: LedgerRow, _ state: ResourceState) -> Reconciliation.Step? {
    guard state == .gone else { return .init(nil, .seen([row.intent]), nil) }
    return isFresh(row) ? nil : .init(row.intent, .saidGone(ProvidersWord(window: window)), "is gone")
  }

  // MARK: - One resource

  private func known(_ row: LedgerRow, _ live: Resource, _ found: inout Reconciliation) {
    guard isStillOurs(row, live) else {
      if live.state != .gone { found.another.append(live) }
      guard !row.isForgotten, row.resource != nil, !row.state.isOver else { return }
      found.steps.append(
        .init(row.intent, .forgotten(reason: "another home has adopted it: \(live.installation ?? "")"), "another home has adopted it"))
      return
    }
    guard !row.isForgotten else {
      // Given up by a person: shown, and taken back only when asked for.
      if live.state != .gone { found.another.append(live) }
      return
    }
    guard !row.state.isOver else {
      // Reality wins over what was believed.
      if live.state != .gone { found.adoptable.append(.init(resource: live, continues: row.intent)) }
      return
    }
    if row.resource == nil {
      found.steps.append(
        .init(
          row.intent, .confirmed(resource: live.id, launchedAt: live.launchedAt),
          "was made by a request whose answer was lost; it is in the ledger now"))
    }
    guard live.state != .gone else {
      var word = ProvidersWord(endedAt: live.endedAt, window: window)
      // A launch without a time was one into a queue.
      if row.launchedAt == nil {
        word.startedAt = live.launchedAt
        if live.launchedAt == nil, live.endedAt != nil { word.ran = false }
      }
      // It may have had its turn, and be over, before anybody looked again.
      if mayWaitAgain, row.state == .stopped, let again = live.launchedAt, again > row.stateSince {
        found.steps.append(.init(row.intent, .started(since: again), "runs again"))
      }
      return found.steps.append(.init(row.intent, .saidGone(word), "is gone"))
    }
    found.known.append(.init(intent: row.intent, resource: live))
    step(row, live, &found)
    if row.goneSaidAt != nil || row.lastSeenAt.map({ now.timeIntervalSince($0) >= Self.sightingInterval }) ?? true {
      found.seen.append(row.intent)
    }
  }

  /// The step from the row's state to the resource's.
  private func step(_ row: LedgerRow, _ live: Resource, _ found: inout Reconciliation) {
    let state = row.state == .intent || row.state == .requested ? .observed : row.state
    switch (state, live.state) {
    case (.observed, .running): found.steps.append(.init(row.intent, .ready(since: row.launchedAt == nil ? live.launchedAt : nil), nil))
    case (.stopped, .running): found.steps.append(.init(row.intent, .started(since: live.launchedAt), "runs again"))
    case (.ready, .starting) where mayWaitAgain: found.steps.append(.init(row.intent, .stopped(since: nil), "waits for its turn again"))
    case (.observed, .stopped), (.ready, .stopped): found.steps.append(.init(row.intent, .stopped(since: live.endedAt), "was stopped"))
    default: return
    }
  }

  /// Whether its tags still say ours. New tags may be as slow to show as anything else.
  private func isStillOurs(_ row: LedgerRow, _ live: Resource) -> Bool {
    guard let made = live.installation, made != installation else { return true }
    return row.isAdopted && !row.isForgotten && now.timeIntervalSince(row.stateSince) < max(window, 300)
  }

  /// What no row has.
  private func stranger(_ resource: Resource, _ found: inout Reconciliation) {
    switch resource.installation {
    case nil: found.foreign.append(resource)
    case installation: found.adoptable.append(.init(resource: resource, continues: nil))
    default: found.another.append(resource)
    }
  }

  /// What a complete listing does not show.
  private func unlisted(_ row: LedgerRow, _ found: inout Absence) {
    switch row.state {
    case .intent:
      // Whoever wrote it may be about to send it. Should it try later, the ledger says no, and nothing goes out.
      guard now.timeIntervalSince(row.createdAt) > LedgerStateMachine.signingLife else { return }
      found.steps.append(.init(row.intent, .voided(.neverSent), "was never sent"))
    case .requested where row.resource == nil: found.steps.append(.init(row.intent, .notListed(window: window), "made nothing"))
    default: if !isFresh(row) { found.toAsk.append(row) }
    }
  }

  /// Whether it was named or seen so lately that its provider may not know it yet.
  private func isFresh(_ row: LedgerRow) -> Bool {
    guard row.state == .observed || row.state == .ready else { return false }
    return now.timeIntervalSince(row.lastSeenAt.map { max($0, row.stateSince) } ?? row.stateSince) < window
  }
}
