/// HMAC with SHA-256 (RFC 2104).
public enum HMAC256 {
  /// The 32 bytes that `message` gives under `key`.
  public static func code(for message: some Sequence<UInt8>, key: [UInt8]) -> [UInt8] {
    var block = [UInt8](repeating: 0, count: blockSize)
    let short = key.count > blockSize ? SHA256.digest(of: key) : key
    block.replaceSubrange(0..<short.count, with: short)
    let inner = SHA256.digest(of: block.map { $0 ^ 0x36 } + message)
    return SHA256.digest(of: block.map { $0 ^ 0x5C } + inner)
  }

  private static let blockSize = 64
}
