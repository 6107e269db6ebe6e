import HTTPTransport
import Synchronization

/// The place in a file that a body's bytes go to, one after the other.
final class FileSink: Sendable {
  private let file: HTTPFile
  private let offset: Int64
  private let observe: @Sendable (UnsafeRawBufferPointer) -> Void
  private let sum = Atomic<Int64>(0)

  init(_ file: HTTPFile, at offset: Int64, observe: @escaping @Sendable (UnsafeRawBufferPointer) -> Void) {
    self.file = file
    self.offset = offset
    self.observe = observe
  }

  /// How many bytes are in the file.
  var count: Int64 { sum.load(ordering: .relaxed) }

  /// Writes the next bytes; one thread at a time.
  func write(_ bytes: ArraySlice<UInt8>) throws(HTTPError) {
    try bytes.withUnsafeBytes { bytes in Result { () throws(HTTPError) in try write(bytes) } }.get()
  }

  private func write(_ bytes: UnsafeRawBufferPointer) throws(HTTPError) {
    if bytes.isEmpty { return }
    observe(bytes)
    try file.write(bytes, at: offset + count)
    sum.add(Int64(bytes.count), ordering: .relaxed)
  }
}
