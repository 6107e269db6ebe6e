import Basics
import Glibc

/// The writing end of a pipe that nobody reads.
struct ClosedPipe: ~Copyable {
  let end: Descriptor

  init() throws {
    signal(SIGPIPE, SIG_IGN)
    var ends: [Int32] = [-1, -1]
    guard pipe(&ends) == 0 else { throw SystemError("make", "pipe") }
    close(ends[0])
    end = Descriptor(owning: ends[1])
  }
}
