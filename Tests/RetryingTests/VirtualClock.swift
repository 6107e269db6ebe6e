import Synchronization

/// A clock whose time passes only when somebody sleeps or says so.
final class VirtualClock: Clock, Sendable {
  typealias Duration = Swift.Duration

  struct Instant: InstantProtocol {
    var offset: Duration
    func advanced(by duration: Duration) -> Instant { Instant(offset: offset + duration) }
    func duration(to other: Instant) -> Duration { other.offset - offset }
    static func < (left: Instant, right: Instant) -> Bool { left.offset < right.offset }
  }

  private let time = Mutex(Duration.zero)
  private let slept = Mutex<[Duration]>([])

  var now: Instant { Instant(offset: time.withLock { $0 }) }
  let minimumResolution = Duration.nanoseconds(1)
  /// Every wait, in order.
  var sleeps: [Duration] { slept.withLock { $0 } }

  func pass(_ duration: Duration) { time.withLock { $0 += duration } }

  func sleep(until deadline: Instant, tolerance: Duration?) async throws {
    try Task.checkCancellation()
    let wait = now.duration(to: deadline)
    slept.withLock { $0.append(wait) }
    time.withLock { $0 = max($0, deadline.offset) }
  }
}

/// The same numbers every time.
struct SplitMix: RandomNumberGenerator {
  var state: UInt64
  mutating func next() -> UInt64 {
    state &+= 0x9E37_79B9_7F4A_7C15
    var z = state
    z = (z ^ (z >> 30)) &* 0xBF58_476D_1CE4_E5B9
    z = (z ^ (z >> 27)) &* 0x94D0_49BB_1331_11EB
    return z ^ (z >> 31)
  }
}
