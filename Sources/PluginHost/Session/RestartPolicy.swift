/// When a plugin that died is started again. Pure.
///
/// After each death it waits longer; one that died five times within two minutes is left alone until the first of them is two minutes ago.
struct RestartPolicy: Sendable {
  /// What may be done now.
  enum Verdict: Equatable {
    case now
    case wait(Duration)
    /// Not before so long.
    case refuse(Duration)
  }

  static let waits: [Duration] = [.seconds(1), .seconds(2), .seconds(5), .seconds(10)]
  static let window = Duration.seconds(120)
  static let most = 5

  private var deaths: [ContinuousClock.Instant] = []

  /// Notes a death.
  mutating func died(at time: ContinuousClock.Instant) { deaths.append(time) }

  /// Whether it may be started at a time.
  mutating func verdict(at now: ContinuousClock.Instant) -> Verdict {
    deaths.removeAll { $0 + Self.window <= now }
    guard let first = deaths.first, let last = deaths.last else { return .now }
    guard deaths.count < Self.most else { return .refuse(now.duration(to: first + Self.window)) }
    let due = last + Self.waits[min(deaths.count, Self.waits.count) - 1]
    return due <= now ? .now : .wait(now.duration(to: due))
  }
}
