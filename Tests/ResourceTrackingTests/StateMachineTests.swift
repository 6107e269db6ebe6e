import FoundationEssentials
import ResourceTracking
import Testing
import TrainingModel

@Suite("The steps of an intent")
struct StateMachineTests {
  private static let at = TestLedger.dawn
  private static let word = ProvidersWord(window: 60)

  /// A row in a state, as the ledger would have it.
  private static func row(_ state: LedgerState) -> LedgerRow {
    var row = Rows.fresh("i1")
    row.state = state
    if ![.intent, .requested, .void].contains(state) { row.resource = ResourceID("m-1") }
    if state != .intent { (row.requestedAt, row.openRequests) = (at, state == .requested ? 1 : 0) }
    return row
  }

  private static let steps: [(name: String, change: LedgerChange)] = [
    ("requested", .requested), ("confirmed", .confirmed(resource: ResourceID("m-1"), launchedAt: nil)), ("ready", .ready(since: nil)),
    ("stopped", .stopped(since: nil)), ("started", .started(since: nil)), ("deleting", .deleting(reason: "over")),
    ("attempt", .deletionAttempted(error: nil, next: at)), ("gone", .saidGone(word)), ("unlisted", .notListed(window: 60)),
    ("neverSent", .voided(.neverSent)), ("refused", .voided(.refused(error: "no", comparedToken: false))),
    ("forget", .forgotten(reason: "enough")),
  ]

  /// Where each step leads from each state: a state, or nothing where it is refused. `gone` and `unlisted` stay: theirs is a first word.
  private static let picture: [String: [LedgerState: LedgerState]] = [
    "requested": [.intent: .requested, .requested: .requested],
    "confirmed": [
      .intent: .observed, .requested: .observed, .observed: .observed, .ready: .ready, .stopped: .stopped, .deleting: .deleting,
    ],
    "ready": [.observed: .ready, .ready: .ready],
    "stopped": [.observed: .stopped, .ready: .stopped, .stopped: .stopped],
    "started": [.stopped: .ready, .ready: .ready],
    "deleting": [.observed: .deleting, .ready: .deleting, .stopped: .deleting, .deleting: .deleting],
    "attempt": [.deleting: .deleting],
    "gone": [
      .requested: .requested, .observed: .observed, .ready: .ready, .stopped: .stopped, .deleting: .deleting, .absent: .absent,
    ],
    "unlisted": [.requested: .requested],
    "neverSent": [.intent: .void, .void: .void],
    "refused": [.intent: .void, .requested: .void, .void: .void],
    "forget": [.observed: .observed, .ready: .ready, .stopped: .stopped, .deleting: .deleting, .absent: .absent, .void: .void],
  ]

  @Test("every step from every state leads where the picture says, or nowhere")
  func picture() {
    for (name, change) in Self.steps {
      for state in LedgerState.allCases {
        let wanted = Self.picture[name]?[state]
        let row = Self.row(state)
        let found = try? LedgerStateMachine.apply(change, at: Self.at.addingTimeInterval(5), to: row, intent: row.intent)
        #expect(found?.state == wanted, "\(name) from \(state)")
      }
    }
  }

  private func apply(_ row: LedgerRow, _ change: LedgerChange, after seconds: TimeInterval) throws -> LedgerRow {
    try LedgerStateMachine.apply(change, at: Self.at.addingTimeInterval(seconds), to: row, intent: row.intent)
  }

  @Test("gone is what the provider said twice, its window apart; a sighting takes the first word back")
  func twice() throws {
    for state in [LedgerState.requested, .observed, .ready, .stopped, .deleting] {
      let first = try apply(Self.row(state), .saidGone(Self.word), after: 0)
      #expect(first.state == state && first.goneSaidAt != nil)
      #expect(try apply(first, .saidGone(Self.word), after: 59).state == state)
      #expect(try apply(first, .saidGone(Self.word), after: 60).state == .absent)
      let seen = LedgerStateMachine.alive(first, seen: Self.at.addingTimeInterval(30))
      #expect(seen.goneSaidAt == nil)
      #expect(try apply(seen, .saidGone(Self.word), after: 60).state == state)
    }
  }

  @Test("void needs two empty listings a window apart, both after the last request can no longer be accepted")
  func empty() throws {
    let life = LedgerStateMachine.signingLife
    let row = Self.row(.requested)
    let early = try apply(row, .notListed(window: 60), after: life - 1)
    #expect(early.unlistedSince == nil)
    #expect(try apply(early, .notListed(window: 60), after: life + 59).state == .requested)
    let first = try apply(row, .notListed(window: 60), after: life)
    #expect(try apply(first, .notListed(window: 60), after: life + 59).state == .requested)
    #expect(try apply(first, .notListed(window: 60), after: life + 60).state == .void)
    // A retry between the two begins everything anew.
    let again = try apply(first, .requested, after: life + 30)
    #expect(try apply(again, .notListed(window: 60), after: life + 60).unlistedSince == nil)
  }

  @Test("a refusal settles its own request, and an earlier one only when the vendor compared the token")
  func refusal() throws {
    let once = try apply(Self.row(.intent), .requested, after: 0)
    #expect(try apply(once, .voided(.refused(error: "no", comparedToken: false)), after: 1).state == .void)
    let twice = try apply(once, .requested, after: 1)
    #expect(throws: LedgerRefusal.self) { try apply(twice, .voided(.refused(error: "no", comparedToken: false)), after: 2) }
    #expect(try apply(twice, .voided(.refused(error: "no capacity", comparedToken: true)), after: 2).state == .void)
    let settled = try apply(twice, .attempted(MutationAttempt("launch", effect: .none)), after: 2)
    #expect(try apply(settled, .voided(.refused(error: "no", comparedToken: false)), after: 3).state == .void)
    let unknown = try apply(twice, .attempted(MutationAttempt("launch", effect: .unknown)), after: 2)
    #expect(throws: LedgerRefusal.self) { try apply(unknown, .voided(.refused(error: "no", comparedToken: false)), after: 3) }
  }

  @Test("a row has one resource for ever, and one that was given up comes back by adoption only")
  func oneResource() throws {
    let row = Self.row(.observed)
    #expect(throws: LedgerRefusal.self) { try apply(row, .confirmed(resource: ResourceID("m-2"), launchedAt: nil), after: 1) }
    var found = Self.row(.ready)
    for state in [LedgerState.void, .absent] {
      #expect(throws: LedgerRefusal.self) { try apply(Self.row(state), .confirmed(resource: ResourceID("m-1"), launchedAt: nil), after: 1) }
      #expect(try apply(Self.row(state), .adopted(row: found), after: 1).state == .ready)
    }
    found.resource = ResourceID("m-2")
    #expect(throws: LedgerRefusal.self) { try apply(row, .adopted(row: found), after: 1) }
    #expect(throws: LedgerRefusal.self) { try apply(row, .intended(row: Rows.fresh("i1"), requestDigest: ""), after: 1) }
  }

  @Test("a machine that is heard of runs; times of life only move forward")
  func heartbeat() throws {
    let row = try apply(Self.row(.observed), .heartbeat(at: Self.at.addingTimeInterval(50)), after: 55)
    #expect(row.state == .ready)
    #expect(try apply(row, .heartbeat(at: Self.at), after: 60).lastHeartbeatAt == Self.at.addingTimeInterval(50))
    #expect(try apply(Self.row(.absent), .heartbeat(at: Self.at), after: 60).lastHeartbeatAt == nil)
  }
}
