/// Tries again: what a ``RetryPolicy`` decides, carried out. Made once and handed to whatever sends requests.
public struct Retry: Sendable {
  /// When to try again, unless a call says otherwise.
  public var policy: RetryPolicy
  private let budgets: RetryBudgets
  private let clock: any Clock<Duration>
  private let chance: @Sendable () -> Double

  /// - Parameters:
  ///   - budgets: shared by all that talk to the same hosts.
  ///   - clock: measures and waits.
  ///   - chance: draws evenly from 0 up to 1.
  public init(
    _ policy: RetryPolicy = RetryPolicy(), budgets: RetryBudgets, clock: any Clock<Duration> = ContinuousClock(),
    chance: @escaping @Sendable () -> Double = { Double.random(in: 0..<1) }
  ) {
    self.policy = policy
    self.budgets = budgets
    self.clock = clock
    self.chance = chance
  }

  /// Runs `body` until it succeeds or the policy gives up.
  ///
  /// - Parameters:
  ///   - host: whose budget the retries are taken from.
  ///   - policy: in place of the usual one.
  ///   - decided: is told of every failure and what follows from it, before the wait: for progress and logs.
  ///   - body: one attempt; it sends one request and keeps within ``RetryAttempt/timeLeft``.
  /// - Throws: the last attempt's error. When the task is cancelled nothing more is tried.
  public nonisolated(nonsending) func run<Result, Failure: Retryable>(
    _ host: String, policy: RetryPolicy? = nil, decided: (Failure, RetryAttempt, RetryDecision) -> Void = { _, _, _ in },
    _ body: (RetryAttempt) async throws(Failure) -> Result
  ) async throws(Failure) -> Result {
    let policy = policy ?? self.policy
    let elapsed = Self.stopwatch(clock)
    var number = 1
    while true {
      let attempt = RetryAttempt(number: number, timeLeft: policy.deadline.map { max(.zero, $0 - elapsed()) })
      do throws(Failure) {
        let result = try await body(attempt)
        budgets.update(host) { $0.succeeded(attempt: number) }
        return result
      } catch {
        let decision = decide(policy, error.retryAdvice, attempt: number, elapsed: elapsed(), host)
        decided(error, attempt, decision)
        guard case .retry(let wait) = decision, await sleep(wait) else { throw error }
        number += 1
      }
    }
  }

  private func decide(_ policy: RetryPolicy, _ advice: RetryAdvice, attempt: Int, elapsed: Duration, _ host: String) -> RetryDecision {
    if Task.isCancelled { return .giveUp(.cancelled) }
    let chance = chance()
    return budgets.update(host) { policy.next(advice, attempt: attempt, elapsed: elapsed, chance: chance, budget: &$0) }
  }

  /// - Returns: false when the task was cancelled.
  private nonisolated(nonsending) func sleep(_ wait: Duration) async -> Bool {
    do { try await clock.sleep(for: wait) } catch { return false }
    return !Task.isCancelled
  }

  private static func stopwatch(_ clock: some Clock<Duration>) -> () -> Duration {
    let start = clock.now
    return { start.duration(to: clock.now) }
  }
}

/// Which attempt is being made, and how long it may take.
public struct RetryAttempt: Sendable, Equatable {
  /// From 1.
  public let number: Int
  /// Until the deadline of all attempts together; nil when there is none.
  public let timeLeft: Duration?
}
