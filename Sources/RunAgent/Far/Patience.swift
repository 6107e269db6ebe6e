import Retrying

/// When to try again what failed, while a store is out: sooner at first, then every half minute, and never in step with others. Never gives up. Pure.
struct Patience: Sendable {
  private let policy: RetryPolicy
  private var failures = 0
  private var until: Duration?

  /// - Parameter cap: the longest wait.
  init(cap: Duration) { policy = RetryPolicy(base: min(cap, .seconds(1)), cap: cap) }

  func isOver(at now: Duration) -> Bool { until.map { now >= $0 } ?? true }

  /// - Parameter chance: from 0 up to 1.
  mutating func wait(from now: Duration, chance: Double) {
    failures += 1
    until = now + policy.ceiling(attempt: failures) * (0.5 + chance / 2)
  }

  mutating func calm() {
    failures = 0
    until = nil
  }
}
