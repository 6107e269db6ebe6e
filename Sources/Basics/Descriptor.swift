public import Glibc

/// Owns a file descriptor and closes it once.
public struct Descriptor: ~Copyable, Sendable {
  /// The descriptor's number, valid as long as this value lives.
  public let raw: Int32

  /// How many bytes of a large file are best written by one call. More than this makes the kernel look for larger pieces of memory, which a
  /// virtual machine may first have to fetch from its host: up to ten times as slow; less is more calls.
  public static let bestWrite = 64 << 10

  /// Takes over an open descriptor.
  public init(owning raw: Int32) { self.raw = raw }

  deinit { close(raw) }

  /// Gives up ownership: the caller closes it.
  public consuming func release() -> Int32 {
    let number = raw
    discard self
    return number
  }

  /// Opens `path` with close-on-exec.
  /// - Throws: ``SystemError`` that says "open", or "write" when it is opened for writing.
  public static func open(_ path: String, _ flags: Int32, mode: mode_t = 0o644) throws(SystemError) -> Descriptor {
    while true {
      let raw = Glibc.open(path, flags | O_CLOEXEC, mode)
      if raw >= 0 { return Descriptor(owning: raw) }
      if errno == EINTR { continue }
      throw SystemError(flags & (O_WRONLY | O_RDWR) == 0 ? "open" : "write", path)
    }
  }

  /// A file without a name, open for reading and writing: gone with its last descriptor.
  public static func nameless() throws(SystemError) -> Descriptor {
    var path = Array("/tmp/runpilot-XXXXXX".utf8CString)
    let raw = mkstemp(&path)
    guard raw >= 0 else { throw SystemError("write", "a file in /tmp") }
    unlink(path)
    _ = fcntl(raw, F_SETFD, FD_CLOEXEC)
    return Descriptor(owning: raw)
  }

  /// Writes every byte, also over short writes and interruptions.
  public func writeAll(_ bytes: [UInt8], name: String) throws(SystemError) {
    let failure: Int32? = bytes.withUnsafeBytes { Self.writeAll($0, to: raw) }
    if let failure { throw SystemError("write", name, code: failure) }
  }

  /// Writes every byte to a raw descriptor; the errno of a failure, or nil.
  public static func writeAll(_ bytes: UnsafeRawBufferPointer, to raw: Int32) -> Int32? {
    var written = 0
    while written < bytes.count {
      let count = Glibc.write(raw, bytes.baseAddress?.advanced(by: written), bytes.count - written)
      if count >= 0 {
        written += count
      } else if errno == EAGAIN {
        var waiter = pollfd(fd: raw, events: Int16(POLLOUT), revents: 0)
        poll(&waiter, 1, -1)
      } else if errno != EINTR {
        return errno
      }
    }
    return nil
  }
}
