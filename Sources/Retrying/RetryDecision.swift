/// What to do about a failed attempt.
public enum RetryDecision: Sendable, Equatable {
  case retry(after: Duration)
  case giveUp(RetryEnd)
}

/// Why nothing more is tried.
public enum RetryEnd: Sendable, Equatable {
  /// Trying again would not help.
  case notTransient
  /// As many attempts as the policy allows have failed.
  case attempts(Int)
  /// The wait would end when the time is over, or later.
  case deadline
  /// The server asks for a longer wait than the policy allows.
  case askedToWait(Duration)
  /// The host has failed so often lately that more requests would only make it worse.
  case budget
  /// The task was cancelled.
  case cancelled
}
