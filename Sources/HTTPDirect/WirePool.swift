import HTTPTransport
import Synchronization

/// Connections that wait for their next request.
final class WirePool: Sendable {
  private struct Idle {
    let wire: Wire
    let since: ContinuousClock.Instant
  }

  private static let longestIdle = Duration.seconds(30)
  private static let mostIdle = 8
  private let idle = Mutex<[HTTPOrigin: [Idle]]>([:])

  /// A connection that was used before and is still open, as far as one can see from here.
  func take(_ origin: HTTPOrigin) -> Wire? {
    idle.withLock { idle in
      while let last = idle[origin]?.popLast() {
        if last.since.duration(to: .now) < Self.longestIdle && last.wire.isQuiet { return last.wire }
      }
      return nil
    }
  }

  func put(_ wire: Wire, for origin: HTTPOrigin) {
    idle.withLock { idle in
      var waiting = idle[origin] ?? []
      if waiting.count == Self.mostIdle { waiting.removeFirst() }
      waiting.append(Idle(wire: wire, since: .now))
      idle[origin] = waiting
    }
  }
}
