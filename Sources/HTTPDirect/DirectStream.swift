public import HTTPTransport
import Synchronization

/// A raw stream that an HTTP connection was changed into. Reading waits: it belongs on a thread of its own.
public final class DirectStream: Sendable {
  private let wire: Wire
  /// What came together with the answer's head.
  private let early: Mutex<[UInt8]>

  init(_ wire: Wire, early: [UInt8]) {
    self.wire = wire
    self.early = Mutex(early)
  }

  /// Waits for bytes, for one reader at a time.
  /// - Returns: how many were put into `buffer`; 0 at the stream's end.
  /// - Throws: ``HTTPError``; of kind `cancelled` after ``close()``.
  public func read(into buffer: UnsafeMutableRawBufferPointer) throws(HTTPError) -> Int {
    let given = early.withLock { early in
      let count = min(early.count, buffer.count)
      buffer.copyBytes(from: early.prefix(count))
      early.removeFirst(count)
      return count
    }
    return given > 0 ? given : try wire.read(into: buffer, deadline: Deadline(nil))
  }

  /// Ends the stream, and a read that waits on it; from any thread.
  public func close() { wire.cut() }
}
