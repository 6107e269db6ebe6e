public import Basics
public import Glibc

/// An open file that bodies are read from or written to, at offsets, by several exchanges at once. Closed when the last lets go of it, so that
/// an exchange that was given up never touches a descriptor that belongs to somebody else by now.
public final class HTTPFile: Sendable {
  /// For messages.
  public let path: String
  private let descriptor: Descriptor

  /// Takes over an open descriptor.
  public init(owning descriptor: consuming Descriptor, path: String) {
    self.descriptor = descriptor
    self.path = path
  }

  /// Opens a file with `flags` of open(2).
  /// - Throws: ``SystemError`` that names the file.
  public convenience init(opening path: String, _ flags: Int32 = O_RDONLY, mode: mode_t = 0o644) throws(SystemError) {
    self.init(owning: try Descriptor.open(path, flags, mode: mode), path: path)
  }

  /// The descriptor's number, valid as long as this object lives.
  public var raw: Int32 { descriptor.raw }

  /// Reads until `buffer` is full or the file ends.
  /// - Returns: how many bytes were read.
  /// - Throws: ``HTTPError`` of kind `localFile`.
  public func read(into buffer: UnsafeMutableRawBufferPointer, at offset: Int64) throws(HTTPError) -> Int {
    var count = 0
    while count < buffer.count {
      let step = pread(descriptor.raw, buffer.baseAddress?.advanced(by: count), buffer.count - count, off_t(offset) + count)
      if step == 0 { break }
      if step > 0 { count += step } else if errno != EINTR { throw Self.failure("read", path, errno) }
    }
    return count
  }

  /// Writes every byte.
  /// - Throws: ``HTTPError`` of kind `localFile`.
  public func write(_ bytes: UnsafeRawBufferPointer, at offset: Int64) throws(HTTPError) {
    var count = 0
    while count < bytes.count {
      let length = min(bytes.count - count, Descriptor.bestWrite)
      let step = pwrite(descriptor.raw, bytes.baseAddress?.advanced(by: count), length, off_t(offset) + count)
      if step >= 0 { count += step } else if errno != EINTR { throw Self.failure("write", path, errno) }
    }
  }

  /// The file holds less than was announced.
  public var becameShorter: HTTPError {
    HTTPError(.localFile, "\(path) became shorter while it was sent", mayHaveArrived: true)
  }

  private static func failure(_ action: String, _ path: String, _ code: Int32) -> HTTPError {
    let error = SystemError(action, path, code: code)
    return HTTPError(.localFile, error.message, hints: error.hints, mayHaveArrived: true)
  }
}
