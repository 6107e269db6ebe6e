import Basics
import Cryptography
import HTTPTransport

/// The sums of a piece of a file.
struct FileFingerprint: Sendable {
  let sha256: String
  let crc: CRC32
  /// The ETag that most stores give such a part; nil when it was not asked for.
  let md5: [UInt8]?

  /// Reads `length` bytes from `offset` on; in pieces, on a thread that may wait.
  /// - Throws: ``HTTPError`` of kind `localFile`, also when the file has become shorter.
  static func of(_ file: HTTPFile, _ offset: Int64, _ length: Int64, md5: Bool = false) async throws(HTTPError) -> FileFingerprint {
    let result: Result<FileFingerprint, HTTPError>
    do throws(SystemError) {
      result = try await BackgroundThread.run { Result { () throws(HTTPError) in try read(file, offset, length, md5) } }
    } catch {
      throw HTTPError(.localFile, error.message, mayHaveArrived: false)
    }
    return try result.get()
  }

  private static func read(_ file: HTTPFile, _ offset: Int64, _ length: Int64, _ wantsMD5: Bool) throws(HTTPError) -> FileFingerprint {
    var digest = SHA256()
    var crc = CRC32()
    let md5 = wantsMD5 ? MD5() : nil
    // Small enough to stay in the processor's cache between the sums.
    let buffer = UnsafeMutableRawBufferPointer.allocate(byteCount: 256 << 10, alignment: 64)
    defer { buffer.deallocate() }
    var done: Int64 = 0
    while done < length {
      let wanted = Int(min(Int64(buffer.count), length - done))
      let count = try file.read(into: UnsafeMutableRawBufferPointer(rebasing: buffer[..<wanted]), at: offset + done)
      guard count == wanted else { throw file.becameShorter }
      let bytes = UnsafeRawBufferPointer(rebasing: buffer[..<count])
      digest.update(bytes)
      crc.update(bytes)
      md5?.update(bytes)
      done += Int64(count)
    }
    return FileFingerprint(sha256: digest.finishHex(), crc: crc, md5: md5?.finish())
  }
}
