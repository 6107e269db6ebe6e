import CSupport
import Glibc
import Synchronization

/// Knows which children of this process somebody waits for, so that adopted orphans can be reaped without stealing an exit code.
enum ChildRegistry {
  private static let awaited = Mutex<Set<pid_t>>([])

  /// Starts a child and registers it in one step: no reaper gets in between.
  static func register(_ start: () throws(SpawnError) -> pid_t) throws(SpawnError) -> pid_t {
    let result: Result<pid_t, SpawnError> = awaited.withLock { awaited in
      do throws(SpawnError) {
        let pid = try start()
        awaited.insert(pid)
        return .success(pid)
      } catch {
        return .failure(error)
      }
    }
    return try result.get()
  }

  /// Reaps a child that has ended; its number is free for others from here on.
  static func reap(_ pid: pid_t) -> ProcessEnd {
    awaited.withLock { awaited in
      var status: Int32 = 0
      var result: pid_t
      repeat { result = waitpid(pid, &status, 0) } while result < 0 && errno == EINTR
      awaited.remove(pid)
      // Somebody else took the status (SIGCHLD ignored): that it ended is all there is to know.
      return result == pid ? ProcessEnd(status: status) : .exited(-1)
    }
  }

  /// Whether somebody waits for that child.
  static func isAwaited(_ pid: pid_t) -> Bool { awaited.withLock { $0.contains(pid) } }

  /// Reaps every dead child that nobody waits for.
  static func reapOrphans() {
    awaited.withLock { awaited in
      while true {
        let pid = rp_peek_child()
        // An awaited one that hides others behind it is gone in a moment; the next call gets them.
        guard pid > 0, !awaited.contains(pid) else { return }
        waitpid(pid, nil, WNOHANG)
      }
    }
  }
}
