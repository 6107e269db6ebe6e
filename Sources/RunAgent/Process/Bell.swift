import Basics
import CSupport
import Glibc

/// Wakes a thread that waits in poll(2): readable once it was rung, until it was answered.
final class Bell: Sendable {
  /// What to poll.
  let descriptor: Int32
  private let writer: Int32

  init() throws(SystemError) {
    var ends: [Int32] = [-1, -1]
    guard rp_pipe_cloexec(&ends) == 0 else { throw SystemError("make", "a pipe") }
    for end in ends { _ = fcntl(end, F_SETFL, O_NONBLOCK) }
    (descriptor, writer) = (ends[0], ends[1])
  }

  deinit {
    close(descriptor)
    close(writer)
  }

  func ring() {
    var byte: UInt8 = 1
    // A full pipe has been rung often enough.
    _ = write(writer, &byte, 1)
  }

  func answer() {
    var bytes = [UInt8](repeating: 0, count: 64)
    while read(descriptor, &bytes, bytes.count) > 0 {}
  }
}
