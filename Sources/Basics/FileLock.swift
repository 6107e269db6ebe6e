import Glibc

/// An exclusive flock(2) on a file, held for as long as this value (or a child that inherited its descriptor) lives.
///
/// The lock belongs to the open file description: a child spawned with the descriptor keeps it when this process lets go.
public final class FileLock: Sendable {
  /// The lock's descriptor, to be inherited by a child.
  public let descriptor: Int32

  private init(_ descriptor: Int32) { self.descriptor = descriptor }

  deinit { close(descriptor) }

  /// Takes over a locked descriptor, such as one inherited from the parent.
  public static func adopting(_ descriptor: Int32) -> FileLock { FileLock(descriptor) }

  /// Waits for the lock.
  public static func acquire(_ path: String) throws(SystemError) -> FileLock {
    let raw = try Descriptor.open(path, O_RDWR | O_CREAT).release()
    while flock(raw, LOCK_EX) != 0 {
      if errno == EINTR { continue }
      let code = errno
      close(raw)
      throw SystemError("lock", path, code: code)
    }
    return FileLock(raw)
  }

  /// The lock, or nil when somebody else holds it.
  public static func tryAcquire(_ path: String) throws(SystemError) -> FileLock? {
    let raw = try Descriptor.open(path, O_RDWR | O_CREAT).release()
    if flock(raw, LOCK_EX | LOCK_NB) == 0 { return FileLock(raw) }
    let code = errno
    close(raw)
    if code == EWOULDBLOCK { return nil }
    throw SystemError("lock", path, code: code)
  }

  /// Whether somebody holds the lock at this moment. A missing file is not held.
  public static func isHeld(_ path: String) -> Bool {
    guard let probe = try? Descriptor.open(path, O_RDONLY) else { return false }
    // A shared probe does not disturb other probes; the holder's lock is exclusive.
    return flock(probe.raw, LOCK_SH | LOCK_NB) != 0 && errno == EWOULDBLOCK
  }
}
