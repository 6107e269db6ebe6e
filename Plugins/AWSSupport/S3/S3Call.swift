import Cryptography
import HTTPTransport

/// One request about a bucket or an object, before it is addressed and signed.
struct S3Call: Sendable {
  var method: String
  /// Nil for the bucket itself.
  var key: String?
  /// Pairs, not encoded; a nil value is a name alone.
  var query: [(String, String?)] = []
  var headers: HTTPHeaders = [:]
  var body = S3Body()
  /// The attempt in words: "read s3://bucket/key".
  var doing: String
  /// Whether it changes something.
  var isMutation = false
  /// Refusals that are answers: 404 for a question, 304.
  var expected: Set<Int> = []
  /// Whether a failure that nobody can explain may be followed by the same request.
  var isRepeatable = true

  init(_ method: String, _ key: String?, doing: String) {
    self.method = method
    self.key = key
    self.doing = doing
  }

  func target(_ address: S3Address) -> String {
    let path = address.path(key)
    if query.isEmpty { return path }
    return path + "?" + query.map { "\(PercentEncoding.encode($0))=\($1.map { PercentEncoding.encode($0) } ?? "")" }.joined(separator: "&")
  }
}

/// A body with what is known of its bytes.
struct S3Body: Sendable {
  var content: HTTPBody = .none
  /// SHA-256 in hexadecimal digits.
  var sha256: String = PayloadHash.empty.text
  /// The checksum, when one is sent.
  var crc: CRC32?

  init() {}

  init(_ bytes: [UInt8], checksum: Bool) {
    content = bytes.isEmpty ? .none : .bytes(bytes)
    sha256 = SHA256.hexDigest(of: bytes)
    crc = checksum ? CRC32(of: bytes) : nil
  }
}
