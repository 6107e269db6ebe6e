import Glibc

/// Ends processes that are not our children, step by step.
public enum Teardown {
  /// Goes through `steps` until none of the processes that `find` names is left; `find` is asked again each time, for new ones may come.
  ///
  /// - Parameter sleep: waits; injected so that no test waits for a clock.
  /// - Returns: who is left after the last step.
  public static func end(
    _ steps: [TeardownStep], find: @Sendable () -> [ProcessIdentity], poll: Duration = .milliseconds(20),
    sleep: @Sendable (Duration) async -> Void = { try? await Task.sleep(for: $0) }
  ) async -> [ProcessIdentity] {
    var left = find()
    for step in steps {
      guard !left.isEmpty else { return [] }
      for process in left { process.signal(step.signal) }
      var waited = Duration.zero
      left = find()
      while !left.isEmpty && waited < step.wait {
        await sleep(poll)
        waited += poll
        left = find()
        // Who appeared since the last signal has not had one.
        if step.signal == SIGKILL { for process in left { process.signal(SIGKILL) } }
      }
    }
    return left
  }
}
