/// An error that knows whether its request is worth sending again.
public protocol Retryable: Error {
  /// What to do about it.
  var retryAdvice: RetryAdvice { get }
}

/// What a failure says about trying again.
public enum RetryAdvice: Sendable, Equatable {
  /// The same request will fail again, or may not be repeated.
  case never
  /// The same request may succeed later; `after` is how long the server asked us to wait (`Retry-After`).
  case later(after: Duration? = nil)
}
