import HTTPTransport

/// Until when a transfer may wait, and for what: a value that is told what happens.
struct TransferClock: Sendable {
  typealias Instant = ContinuousClock.Instant

  private enum Phase: Sendable { case connecting, sending, awaiting, receiving }

  private let patience: HTTPPatience
  private let start: Instant
  private var phase = Phase.connecting { didSet { if phase != oldValue { isInNewPhase = true } } }
  private var lastMove: Instant
  /// Whose turn it is: while it is ours, the other side is not slow.
  var isOurTurn = false

  /// Something else is waited for, perhaps not for as long.
  private(set) var isInNewPhase = false

  init(_ patience: HTTPPatience, now: Instant) {
    self.patience = patience
    start = now
    lastMove = now
  }

  /// There is a connection; `sends` when a body follows the request's head.
  mutating func connected(sends: Bool, now: Instant) { (phase, lastMove) = (sends ? .sending : .awaiting, now) }

  /// A piece of the body went out.
  mutating func sent(isLast: Bool, now: Instant) {
    if phase == .sending && isLast { phase = .awaiting }
    lastMove = now
  }

  /// Something of the answer came in.
  mutating func received(now: Instant) { (phase, lastMove) = (.receiving, now) }

  /// The new phase is taken note of.
  mutating func noteNewPhase() { isInNewPhase = false }

  /// When to give up; nil for never.
  var deadline: Instant? {
    let step: Duration? =
      switch phase {
      case .connecting: patience.connect
      case .awaiting: patience.firstByte
      case .sending, .receiving: isOurTurn ? nil : patience.idle
      }
    return [step.map { lastMove + $0 }, patience.whole.map { start + $0 }].compactMap { $0 }.min()
  }

  /// What was waited for, to end "… in time".
  func complaint(now: Instant) -> String {
    if let whole = patience.whole, start + whole <= now { return "was not done" }
    return phase == .connecting ? "did not let us connect" : "did not answer"
  }
}
