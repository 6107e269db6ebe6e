import Basics
import CSupport
import Glibc
import Subprocessing

/// Ends a plugin's process group when this process is gone, however it went: a shell that waits for a pipe to close.
///
/// A plugin ends by itself when its stdin is closed; this is for those that do not.
final class PluginGuard: Sendable {
  private let child: Child
  private let writer: Int32

  /// A guard over the group that `pid` leads.
  init(group pid: Int32) throws {
    var ends: [Int32] = [-1, -1]
    guard rp_pipe_cloexec(&ends) == 0 else { throw SystemError("make", "a pipe") }
    writer = ends[1]
    defer { close(ends[0]) }
    // The read ends without a byte when the last writer is gone.
    let script = """
      read -r line
      i=0
      while [ $i -lt 50 ] && kill -0 -- -\(pid) 2> /dev/null; do sleep 0.1; i=$((i + 1)); done
      kill -KILL -- -\(pid) 2> /dev/null
      """
    do {
      child = try Child.spawn(
        SpawnRequest(
          ["/bin/sh", "-c", script], environment: ["PATH": "/usr/bin:/bin"], workingFolder: "/", placement: .ownSession,
          descriptors: [0: ends[0]]))
    } catch {
      close(ends[1])
      throw error
    }
  }

  /// The plugin is gone and was reaped: nobody is to be ended any more.
  func dismiss() { child.signalGroup(SIGKILL) }

  deinit { close(writer) }
}
