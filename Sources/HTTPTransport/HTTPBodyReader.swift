import Basics
import Synchronization

/// A body as it arrives; for one reader.
public protocol HTTPBodyReader: AnyObject, Sendable {
  /// The bytes that came since the last call, at least one; nil at the end. Cancelling the task ends the exchange.
  /// - Throws: ``HTTPError``; a body that breaks off is never taken for a whole one.
  func next() async throws(HTTPError) -> [UInt8]?

  /// Writes the rest of the body into a file from `offset` on. No thread of the concurrency pool waits for the disk.
  ///
  /// - Parameter observe: is given every piece, in order, before it is written: for checksums. Runs on a thread that may wait.
  /// - Returns: how many bytes were written.
  /// - Throws: ``HTTPError``; what came before is in the file.
  func write(
    to file: HTTPFile, at offset: Int64, observe: @escaping @Sendable (UnsafeRawBufferPointer) -> Void
  ) async throws(HTTPError) -> Int64

  /// Ends the exchange; what has not been read is lost.
  func cancel()
}

extension HTTPBodyReader {
  /// The whole body.
  /// - Throws: ``HTTPError`` of kind `tooLarge` beyond `limit` bytes.
  public func collect(limit: Int = 16 << 20) async throws(HTTPError) -> [UInt8] {
    var bytes: [UInt8] = []
    while let piece = try await next() {
      guard bytes.count + piece.count <= limit else {
        cancel()
        throw HTTPError(.tooLarge, "an answer is longer than the \(limit) bytes it may have", mayHaveArrived: true)
      }
      bytes += piece
    }
    return bytes
  }

  /// Writes the rest of the body into a file from `offset` on.
  public func write(to file: HTTPFile, at offset: Int64 = 0) async throws(HTTPError) -> Int64 {
    try await write(to: file, at: offset, observe: { _ in })
  }

  /// Writes the rest of the body into a file, piece by piece as ``next()`` gives them.
  public func write(
    to file: HTTPFile, at offset: Int64, observe: @escaping @Sendable (UnsafeRawBufferPointer) -> Void
  ) async throws(HTTPError) -> Int64 {
    var written: Int64 = 0
    while let piece = try await next() {
      let place = offset + written
      let result = await onThread { () throws(HTTPError) in
        try piece.span.withUnsafeBytes { (bytes) throws(HTTPError) in
          observe(bytes)
          try file.write(bytes, at: place)
        }
      }
      do throws(HTTPError) { try result.get() } catch {
        cancel()
        throw error
      }
      written += Int64(piece.count)
    }
    return written
  }

  private func onThread(_ body: @escaping @Sendable () throws(HTTPError) -> Void) async -> Result<Void, HTTPError> {
    do throws(SystemError) {
      return try await BackgroundThread.run { Result { () throws(HTTPError) in try body() } }
    } catch {
      return .failure(HTTPError(.localFile, error.message, mayHaveArrived: true))
    }
  }
}
