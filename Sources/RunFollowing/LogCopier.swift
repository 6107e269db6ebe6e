import Basics
import Glibc

/// Copies a growing file to a descriptor, from an offset on, in big pieces.
struct LogCopier {
  /// The most to move at once, so that a cancelled follower ends soon.
  private static let piece = 1 << 20

  let path: String
  private(set) var offset: Int64
  private var output: Int32?
  private var source: Int32 = -1
  private var canSendFile = true
  private var buffer: [UInt8] = []

  init(path: String, output: Int32?, offset: Int64) {
    self.path = path
    self.output = output
    self.offset = offset
  }

  /// Copies until the end of what is there now. A log that does not exist yet is an empty one.
  mutating func copyAvailable() throws(SystemError) {
    guard let output, try open() else { return }
    while self.output != nil {
      let moved = canSendFile ? try send(to: output) : try readAndWrite(to: output)
      if moved == 0 { return }
    }
  }

  /// Closes the file; the copier is of no use afterwards.
  mutating func close() {
    if source >= 0 { Glibc.close(source) }
    source = -1
  }

  private mutating func open() throws(SystemError) -> Bool {
    if source >= 0 { return true }
    do {
      source = try Descriptor.open(path, O_RDONLY).release()
      return true
    } catch {
      if error.code == ENOENT { return false }
      throw error
    }
  }

  private mutating func send(to output: Int32) throws(SystemError) -> Int {
    var position = off_t(offset)
    let moved = sendfile(output, source, &position, Self.piece)
    if moved >= 0 {
      offset += Int64(moved)
      return moved
    }
    switch errno {
    // Some terminals and append-only files take no sendfile(2).
    case EINVAL, ENOSYS:
      canSendFile = false
      return try readAndWrite(to: output)
    default: return try afterFailure(errno, output)
    }
  }

  private mutating func readAndWrite(to output: Int32) throws(SystemError) -> Int {
    if buffer.isEmpty { buffer = [UInt8](repeating: 0, count: Self.piece) }
    let count = buffer.withUnsafeMutableBytes { pread(source, $0.baseAddress, $0.count, off_t(offset)) }
    guard count >= 0 else { throw SystemError("read", path) }
    guard count > 0 else { return 0 }
    let failure = buffer.withUnsafeBytes { Descriptor.writeAll(UnsafeRawBufferPointer(rebasing: $0[0..<count]), to: output) }
    if let failure { return try afterFailure(failure, output) }
    offset += Int64(count)
    return count
  }

  /// What a failed write means: try again, stop copying, or give up.
  private mutating func afterFailure(_ code: Int32, _ output: Int32) throws(SystemError) -> Int {
    switch code {
    case EINTR: return 1
    case EAGAIN:
      var waiter = pollfd(fd: output, events: Int16(POLLOUT), revents: 0)
      poll(&waiter, 1, -1)
      return 1
    case EPIPE, EIO:
      // The reader or the terminal went away; the run is followed all the same.
      self.output = nil
      return 0
    default: throw SystemError("write", "the log's copy", code: code)
    }
  }
}
