import Synchronization

/// A value that comes once; whoever comes second with one is ignored.
public final class OneShot<Value: Sendable>: Sendable {
  private enum State {
    case empty
    case waiting(CheckedContinuation<Value, Never>)
    case resolved(Value)
  }

  private let state = Mutex(State.empty)

  /// An empty place.
  public init() {}

  /// Puts the value there, from any thread.
  public func resolve(_ value: Value) {
    let waiter = state.withLock { state -> CheckedContinuation<Value, Never>? in
      switch state {
      case .empty:
        state = .resolved(value)
        return nil
      case .waiting(let waiter):
        state = .resolved(value)
        return waiter
      case .resolved: return nil
      }
    }
    waiter?.resume(returning: value)
  }

  /// Waits for the value; for one waiter.
  public func wait() async -> Value {
    await withCheckedContinuation { continuation in
      let value = state.withLock { state -> Value? in
        if case .resolved(let value) = state { return value }
        state = .waiting(continuation)
        return nil
      }
      if let value { continuation.resume(returning: value) }
    }
  }
}
