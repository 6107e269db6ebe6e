/// When to try again, and how long to wait first: a value that decides and does nothing.
public struct RetryPolicy: Sendable, Equatable {
  /// Attempts in all, the first one included; at least one.
  public var maxAttempts: Int
  /// The ceiling of the wait before the second attempt; it doubles with every further one.
  public var base: Duration
  /// The ceiling that no wait of our own choosing goes beyond.
  public var cap: Duration
  /// The longest wait that a server may ask for; beyond it we give up at once and say so.
  public var longestAskedWait: Duration
  /// The time for all attempts and waits together; nil for no end.
  public var deadline: Duration?

  /// Five attempts within two minutes, with waits of up to 0.2, 0.4, 0.8 and 1.6 seconds.
  public init(
    maxAttempts: Int = 5, base: Duration = .milliseconds(200), cap: Duration = .seconds(20), longestAskedWait: Duration = .seconds(60),
    deadline: Duration? = .seconds(120)
  ) {
    self.maxAttempts = max(1, maxAttempts)
    self.base = max(.zero, base)
    self.cap = max(.zero, cap)
    self.longestAskedWait = longestAskedWait
    self.deadline = deadline
  }

  /// One attempt.
  public static let once = RetryPolicy(maxAttempts: 1)

  /// Decides about a failed attempt. A token leaves the budget if, and only if, the answer is `.retry`.
  ///
  /// The wait is drawn from the whole range up to the ceiling ("full jitter"), so that clients which failed together do not come back together.
  /// - Parameters:
  ///   - attempt: which attempt failed, from 1.
  ///   - elapsed: the time since the first attempt began.
  ///   - chance: a number drawn evenly from 0 up to 1.
  public func next(
    _ advice: RetryAdvice, attempt: Int, elapsed: Duration, chance: Double, budget: inout RetryBudget
  ) -> RetryDecision {
    guard case .later(let asked) = advice else { return .giveUp(.notTransient) }
    guard attempt < maxAttempts else { return .giveUp(.attempts(attempt)) }
    if let asked, asked > longestAskedWait { return .giveUp(.askedToWait(asked)) }
    let ours = ceiling(attempt: attempt) * min(max(chance, 0), 1)
    let wait = max(ours, asked ?? .zero)
    if let deadline, elapsed + wait >= deadline { return .giveUp(.deadline) }
    return budget.spend() ? .retry(after: wait) : .giveUp(.budget)
  }

  /// The longest wait of our own choosing after an attempt (from 1) failed.
  public func ceiling(attempt: Int) -> Duration {
    var ceiling = min(base, cap)
    guard ceiling > .zero else { return .zero }
    for _ in 1..<max(1, attempt) {
      guard ceiling < cap else { break }
      ceiling = min(cap, ceiling * 2)
    }
    return ceiling
  }
}
