import Glibc

/// A moment to give up at, or never.
struct Deadline: Sendable {
  private let end: ContinuousClock.Instant?

  /// - Parameter patience: nil waits for ever.
  init(_ patience: Duration?) { end = patience.map { ContinuousClock.now + $0 } }

  /// The earlier of two.
  init(_ patience: Duration?, within other: Deadline) {
    let own = Deadline(patience)
    end = if let first = own.end, let second = other.end { min(first, second) } else { own.end ?? other.end }
  }

  var hasPassed: Bool { end.map { $0 <= .now } ?? false }

  /// Waits until one of `events` is there on the descriptor, or it broke.
  /// - Returns: false when the deadline came first.
  func wait(_ descriptor: Int32, for events: Int32) -> Bool {
    var waiter = pollfd(fd: descriptor, events: Int16(events), revents: 0)
    while true {
      let ready = poll(&waiter, 1, millisecondsLeft)
      if ready > 0 || (ready < 0 && errno != EINTR) { return true }
      if hasPassed { return false }
    }
  }

  /// For poll(2): -1 is for ever; long waits are cut, and asked for again.
  private var millisecondsLeft: Int32 {
    guard let end else { return -1 }
    let (seconds, attoseconds) = ContinuousClock.now.duration(to: end).components
    guard seconds >= 0, attoseconds >= 0 else { return 0 }
    return Int32(min(seconds, 3_600) * 1_000 + attoseconds / 1_000_000_000_000_000 + 1)
  }
}
