import Synchronization

/// The retry budgets of all hosts, shared by everything in a process that sends requests.
public final class RetryBudgets: Sendable {
  private let capacity: Int
  private let budgets = Mutex<[String: RetryBudget]>([:])

  /// Full budgets of `capacity` retries for every host.
  public init(capacity: Int = RetryBudget().capacity) { self.capacity = capacity }

  /// What is left for a host.
  public subscript(host: String) -> RetryBudget { budgets.withLock { $0[host] ?? RetryBudget(capacity: capacity) } }

  /// Changes a host's budget; `change` runs under a lock and must not wait.
  func update<Result: Sendable>(_ host: String, _ change: (inout RetryBudget) -> Result) -> Result {
    budgets.withLock { change(&$0[host, default: RetryBudget(capacity: capacity)]) }
  }
}
