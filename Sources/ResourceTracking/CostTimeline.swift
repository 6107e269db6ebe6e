import FoundationEssentials
import TrainingModel

/// When a row existed and when it ran, as far as anybody saw it: what its cost intervals are cut from. Pure, like the row itself.
struct CostTimeline: Sendable, Codable, Equatable {
  /// A stretch of time and how sure it is.
  struct Span: Sendable, Codable, Equatable {
    var start: Date
    /// Before, it is estimated: an adopted machine's past.
    var sureFrom: Date?
    /// After, it is estimated: the last sign of life when nobody told the end.
    var sureUntil: Date?
    var end: Date?
    /// Ended by a first word of its end, which a sighting takes back.
    var isProvisional = false

    init(start: Date, sureFrom: Date? = nil) {
      self.start = start
      self.sureFrom = sureFrom
    }

    /// The earliest time at which another one may begin: two never begin at the same. Vendors tell whole seconds, within which much can happen.
    var next: Date { max(end ?? start, start.addingTimeInterval(0.001)) }
  }

  /// From creation to the end.
  var existing: [Span] = []
  /// While it ran; several when it was stopped in between.
  var running: [Span] = []
  /// Set when a word of its end said that it never ran: a second word need not say so again.
  var neverRan: Bool?
  /// What the spot market charged, oldest first.
  var prices: [SpotPrice] = []
  /// Until when `prices` are known.
  var pricedThrough: Date?
  /// What the vendor's bill says of all of it; nil while there is none.
  var billed: Money?

  /// How long after its last sign of life something may have gone on, when nobody says.
  static let usualBound: TimeInterval = 180

  /// Takes a change in; `after` is the row that the change made of `before`.
  mutating func apply(_ change: LedgerChange, at: Date, before: LedgerRow?, after: LedgerRow) {
    // What was given up is counted no further, whatever is heard of it.
    guard before?.isForgotten != true || !after.isForgotten else { return }
    switch change {
    case .confirmed(_, let launchedAt):
      if existing.isEmpty { existing.append(Span(start: launchedAt ?? at)) }
    case .ready(let since), .started(let since): run(from: since, at: at, after)
    case .heartbeat: if !after.state.isOver, after.state != .stopped { run(from: nil, at: at, after) }
    case .stopped(let since):
      if before?.state != .stopped { pause(since, at: at, after) }
    case .saidGone(let word):
      if before?.state.isOver != true { end(word, at: at, after) }
    case .notListed, .voided:
      if after.state == .void { (existing, running) = ([], []) }
    case .adopted: adopt(at: at, after)
    case .forgotten: if before?.state.isOver != true { close(told: nil, bound: Self.usualBound, at: at, after, provisional: false) }
    case .priced(let changes, let through): price(changes, through)
    case .billed(let amount): billed = amount
    default: break
    }
    if before?.goneSaidAt != nil, after.goneSaidAt == nil, !after.state.isOver { reopen() }
  }

  private mutating func run(from since: Date?, at: Date, _ row: LedgerRow) {
    guard running.last.map({ $0.end != nil && !$0.isProvisional }) ?? true else { return }
    // The first time the provider's launch time is the best there is, and never too late.
    var start = since ?? (running.isEmpty ? row.launchedAt : nil) ?? at
    if let last = running.last { start = max(start, last.next) }
    running.append(Span(start: start))
    neverRan = nil
    if existing.isEmpty { existing.append(Span(start: start)) }
  }

  private mutating func pause(_ since: Date?, at: Date, _ row: LedgerRow) {
    if running.isEmpty, let start = row.launchedAt {
      running.append(Span(start: start, sureFrom: .distantFuture))
    }
    guard let last = running.indices.last, running[last].end == nil else { return }
    Self.close(&running[last], told: since, bound: Self.usualBound, at: at, row, provisional: false)
  }

  private mutating func end(_ word: ProvidersWord, at: Date, _ row: LedgerRow) {
    reopen()
    let isMachine = row.meters.contains { $0.span == .running }
    if isMachine, running.isEmpty {
      // What never started costs nothing; what nobody saw start is estimated from its launch.
      if word.ran == false { neverRan = true }
      guard neverRan != true else { return (existing, running) = ([], []) }
      if let start = word.startedAt {
        if existing.isEmpty { existing.append(Span(start: start)) }
        running.append(Span(start: start))
      }
      let start = word.startedAt ?? row.launchedAt ?? row.requestedAt ?? row.createdAt
      if existing.isEmpty { existing.append(Span(start: start, sureFrom: .distantFuture)) }
      if running.isEmpty, row.state != .stopped { running.append(Span(start: start, sureFrom: .distantFuture)) }
    }
    close(told: word.endedAt ?? row.endedAt, bound: word.bound, at: at, row, provisional: row.state != .absent)
    if row.state == .absent { settle() }
  }

  private mutating func adopt(at: Date, _ row: LedgerRow) {
    billed = nil
    settle()
    let start = row.launchedAt ?? at
    func extended(_ spans: [Span]) -> [Span] {
      if let last = spans.last, last.end == nil { return spans }
      return spans + [Span(start: spans.last?.next ?? start, sureFrom: at)]
    }
    existing = extended(existing)
    if row.state != .stopped { running = extended(running) }
  }

  private mutating func close(told: Date?, bound: TimeInterval, at: Date, _ row: LedgerRow, provisional: Bool) {
    for index in existing.indices where existing[index].end == nil {
      Self.close(&existing[index], told: told, bound: bound, at: at, row, provisional: provisional)
    }
    for index in running.indices where running[index].end == nil {
      Self.close(&running[index], told: told, bound: bound, at: at, row, provisional: provisional)
    }
  }

  /// Ends a span at the provider's time, else at the last sign of life and what may have come after it.
  private static func close(_ span: inout Span, told: Date?, bound: TimeInterval, at: Date, _ row: LedgerRow, provisional: Bool) {
    if let told {
      span.end = max(span.start, told)
    } else {
      let sign = max(span.start, [row.lastHeartbeatAt, row.lastSeenAt].compactMap { $0 }.max() ?? span.start)
      span.sureUntil = sign
      span.end = max(span.start, min(at, sign.addingTimeInterval(bound)))
    }
    span.isProvisional = provisional
  }

  private mutating func reopen() {
    existing = existing.map(Self.reopened)
    running = running.map(Self.reopened)
  }

  private static func reopened(_ span: Span) -> Span {
    guard span.isProvisional else { return span }
    var span = span
    (span.end, span.sureUntil, span.isProvisional) = (nil, nil, false)
    return span
  }

  private mutating func settle() {
    for index in existing.indices { existing[index].isProvisional = false }
    for index in running.indices { running[index].isProvisional = false }
  }
}
