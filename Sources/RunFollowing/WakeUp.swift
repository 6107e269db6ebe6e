import Basics
import CSupport
import Glibc
import Synchronization

/// Sleeps until something changes in a few folders (inotify(7)), until it is cancelled, or for a while.
final class WakeUp: Sendable {
  /// What ended a sleep.
  struct Changes: OptionSet {
    let rawValue: Int
    /// Something in a watched folder was written or renamed.
    static let folder = Changes(rawValue: 1)
    static let timeout = Changes(rawValue: 2)
    static let cancelled = Changes(rawValue: 4)
    /// What to look at the first time.
    static let all: Changes = [.folder]
  }

  private let notifier: Int32
  private let cancelReader: Int32
  private let cancelWriter: Int32

  /// Watches folders; one that does not exist is left out.
  /// - Throws: when the user's limit of inotify instances is reached.
  init(watching folders: [String]) throws(SystemError) {
    notifier = rp_inotify_open()
    guard notifier >= 0 else { throw SystemError("watch", folders.first ?? "a folder") }
    var ends: [Int32] = [-1, -1]
    guard rp_pipe_cloexec(&ends) == 0 else { throw SystemError("make", "a pipe") }
    (cancelReader, cancelWriter) = (ends[0], ends[1])
    for folder in folders { inotify_add_watch(notifier, folder, UInt32(IN_MODIFY | IN_MOVED_TO | IN_CREATE | IN_CLOSE_WRITE)) }
  }

  deinit {
    for descriptor in [notifier, cancelReader, cancelWriter] { close(descriptor) }
  }

  /// Ends the present sleep and every later one at once.
  func cancel() {
    var byte: UInt8 = 1
    _ = write(cancelWriter, &byte, 1)
  }

  /// Sleeps for at most `milliseconds`.
  func wait(milliseconds: Int32) throws(SystemError) -> Changes {
    var sources = [pollfd(fd: notifier, events: Int16(POLLIN), revents: 0), pollfd(fd: cancelReader, events: Int16(POLLIN), revents: 0)]
    let ready = poll(&sources, 2, milliseconds)
    if ready < 0 {
      guard errno == EINTR else { throw SystemError("wait for", "changes") }
      return []
    }
    var changes: Changes = ready == 0 ? .timeout : []
    if sources[1].revents != 0 { changes.insert(.cancelled) }
    if sources[0].revents != 0 {
      drain()
      changes.insert(.folder)
    }
    return changes
  }

  /// Reads all pending notices: what happened is seen in the folder itself.
  private func drain() {
    withUnsafeTemporaryAllocation(byteCount: 16_384, alignment: 8) { space in
      while read(notifier, space.baseAddress, space.count) > 0 {}
    }
  }
}
