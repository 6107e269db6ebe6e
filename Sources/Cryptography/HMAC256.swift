/// HMAC with SHA-256 (RFC 2104).
public enum HMAC256 {
  /// The 32 bytes that `message` gives under `key`.
  public static func code(for message: some Sequence<UInt8>, key: [UInt8]) -> [UInt8] { Key(key).code(for: message) }

  /// A key that is used more than once. Not shown by `print` and `dump`.
  public struct Key: Sendable, CustomStringConvertible, CustomReflectable {
    private let inner: [UInt8]
    private let outer: [UInt8]

    /// A key of any length.
    public init(_ key: [UInt8]) {
      var block = [UInt8](repeating: 0, count: 64)
      let short = key.count > block.count ? SHA256.digest(of: key) : key
      block.replaceSubrange(0..<short.count, with: short)
      inner = block.map { $0 ^ 0x36 }
      outer = block.map { $0 ^ 0x5C }
    }

    /// The 32 bytes that `message` gives.
    public func code(for message: some Sequence<UInt8>) -> [UInt8] {
      var digest = SHA256()
      digest.update(inner)
      digest.update(message)
      let first = digest.finish()
      return SHA256.digest(of: outer + first)
    }

    /// Always the same mark.
    public var description: String { "‹redacted›" }
    /// Shows no children to `dump`.
    public var customMirror: Mirror { Mirror(self, children: []) }
  }
}
