import Cryptography
import FoundationEssentials
import HTTPTransport

/// What an answer says that its object's bytes must give.
enum ObjectProof: Sendable, Equatable {
  case crc32([UInt8])
  case sha256([UInt8])
  /// An ETag of an object that was written whole (not encrypted with a key of one's own).
  case md5([UInt8])

  /// Nil when the answer proves nothing: sums of sums, encrypted ones, algorithms of others.
  init?(_ head: HTTPResponseHead) {
    if let bytes = Self.base64(head.headers["x-amz-checksum-crc32"], 4) {
      self = .crc32(bytes)
    } else if let bytes = Self.base64(head.headers["x-amz-checksum-sha256"], 32) {
      self = .sha256(bytes)
    } else if let etag = head.headers["ETag"], head.headers["x-amz-server-side-encryption-customer-algorithm"] == nil,
      head.headers["x-amz-server-side-encryption"]?.hasPrefix("aws:kms") != true, let bytes = Self.digest(etag)
    {
      self = .md5(bytes)
    } else {
      return nil
    }
  }

  func holds(for bytes: [UInt8]) -> Bool {
    switch self {
    case .crc32(let sum): CRC32(of: bytes).bytes == sum
    case .sha256(let sum): SHA256.digest(of: bytes) == sum
    case .md5(let sum): MD5.digest(of: bytes).map { $0 == sum } ?? true
    }
  }

  /// Sums of multipart objects end in `-N` and are none of the whole.
  private static func base64(_ text: String?, _ count: Int) -> [UInt8]? {
    guard let text, let data = Data(base64Encoded: text), data.count == count else { return nil }
    return Array(data)
  }

  /// The 16 bytes of an ETag of 32 digits.
  static func digest(_ etag: String) -> [UInt8]? {
    let digits = etag.utf8.filter { $0 != UInt8(ascii: "\"") }
    guard digits.count == 32 else { return nil }
    var bytes: [UInt8] = []
    for start in stride(from: 0, to: 32, by: 2) {
      guard let byte = UInt8(String(decoding: digits[start..<start + 2], as: UTF8.self), radix: 16) else { return nil }
      bytes.append(byte)
    }
    return bytes
  }
}
