import Basics
import CSupport
import Glibc

/// Signals to processes that are not our children.
enum ProcessSignal {
  static func send(_ signal: Int32, to process: ProcessIdentity) -> Bool {
    let raw = rp_pidfd_open(process.pid)
    guard raw >= 0 else {
      // A kernel before 5.3 has no pidfd; the window between look and signal is then as small as it gets.
      return errno == ENOSYS && process.isAlive && kill(process.pid, signal) == 0
    }
    let pidfd = Descriptor(owning: raw)
    // Looked at after the pidfd was opened: it is this one or it is gone.
    return process.isAlive && rp_pidfd_signal(pidfd.raw, signal) == 0
  }
}
