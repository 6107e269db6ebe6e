import Basics
import CSupport
import Glibc
import Synchronization

/// A child process. It is reaped when it ends, whether or not anybody waits.
///
/// Signals cannot hit a stranger: they are sent under the same lock that the reaping takes, and until then the kernel keeps the number.
public final class Child: Sendable {
  /// Its process id; also its group's and session's when it was placed in its own.
  public let pid: Int32
  private let leadsGroup: Bool
  private let state = Mutex(State())

  private struct State {
    var end: ProcessEnd?
    var waiters: [CheckedContinuation<ProcessEnd, Never>] = []
  }

  /// Starts a process; returns once the kernel runs the new program.
  /// - Throws: ``SpawnError``.
  public static func spawn(_ request: SpawnRequest) throws(SpawnError) -> Child {
    let program = try ProgramSearch.resolve(
      request.arguments.first ?? "", environment: request.environment, folder: request.workingFolder)
    let actions = try SpawnActions(request)
    let environment = request.environment.map { "\($0.key)=\($0.value)" }
    if let cut = (request.arguments + environment).first(where: { $0.utf8.contains(0) }) {
      // Not the value: it may be secret.
      throw SpawnError(.other(EINVAL), "cannot start \(program): '\(cut.prefix { $0 != "=" && $0 != "\0" })' holds a zero byte")
    }
    let pid = try ChildRegistry.register { () throws(SpawnError) -> pid_t in
      var pid: pid_t = 0
      let code = withCStrings(request.arguments) { argv in
        withCStrings(environment) { envp in
          withUnsafePointer(to: actions.actions) { actionsPointer in
            withUnsafePointer(to: actions.attributes) { posix_spawn(&pid, program, actionsPointer, $0, argv, envp) }
          }
        }
      }
      guard code == 0 else { throw SpawnError.diagnosing(code, program: program, request: request) }
      return pid
    }
    let child = Child(pid, leadsGroup: request.placement != .callersGroup)
    try child.watch(program)
    return child
  }

  private init(_ pid: pid_t, leadsGroup: Bool) {
    self.pid = pid
    self.leadsGroup = leadsGroup
  }

  private func watch(_ program: String) throws(SpawnError) {
    do throws(SystemError) {
      try BackgroundThread.start(stackBytes: 128 << 10) {
        _ = rp_await_child(self.pid)
        self.finish()
      }
    } catch {
      kill(pid, SIGKILL)
      finish()
      throw SpawnError(.exhausted, "cannot watch over \(program): \(error.message)")
    }
  }

  private func finish() {
    let (end, waiters) = state.withLock { state in
      let end = ChildRegistry.reap(pid)
      state.end = end
      defer { state.waiters = [] }
      return (end, state.waiters)
    }
    for waiter in waiters { waiter.resume(returning: end) }
  }

  /// Waits for the process's end on the calling thread, which must not be one of the pool's.
  /// - Returns: nil when it lives on after that time.
  public func waitBlocking(atMost limit: Duration) -> ProcessEnd? {
    let clock = ContinuousClock()
    let giveUp = clock.now + limit
    while end == nil, clock.now < giveUp { usleep(5_000) }
    return end
  }

  /// Waits for the process's end; any number of times. Not cancellable: signal the child instead.
  public func wait() async -> ProcessEnd {
    await withCheckedContinuation { continuation in
      let end = state.withLock { state in
        if state.end == nil { state.waiters.append(continuation) }
        return state.end
      }
      if let end { continuation.resume(returning: end) }
    }
  }

  /// How it ended, or nil while it lives.
  public var end: ProcessEnd? { state.withLock { $0.end } }

  /// Sends a signal to the process alone.
  /// - Returns: false when it has ended.
  @discardableResult
  public func signal(_ signal: Int32) -> Bool { state.withLock { $0.end == nil && kill(pid, signal) == 0 } }

  /// Sends a signal to the process and all of its group; to the process alone when it shares the caller's group.
  /// - Returns: false when the process has ended; what is left of its group is then found with ``ProcessTable``.
  @discardableResult
  public func signalGroup(_ signal: Int32) -> Bool {
    state.withLock { $0.end == nil && kill(leadsGroup ? -pid : pid, signal) == 0 }
  }

  /// Reaps the orphans that this process has adopted as a subreaper, and nobody else waits for.
  public static func reapOrphans() { ChildRegistry.reapOrphans() }
}

/// Lends `strings` as a null-terminated array of C strings.
private func withCStrings<Result>(
  _ strings: [String], _ body: (UnsafePointer<UnsafeMutablePointer<CChar>?>) -> Result
) -> Result {
  var pointers = strings.map { strdup($0) } + [nil]
  defer { for pointer in pointers { free(pointer) } }
  return pointers.withUnsafeMutableBufferPointer { buffer in
    // Never empty: the terminator is in it.
    guard let base = buffer.baseAddress else { fatalError("an array with a terminator is empty") }
    return body(base)
  }
}
