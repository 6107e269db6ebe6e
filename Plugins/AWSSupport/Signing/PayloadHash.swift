import Cryptography

/// What a signature says about a body.
public struct PayloadHash: Sendable, Equatable {
  /// As it is signed.
  public let text: String

  private init(text: String) { self.text = text }

  /// The SHA-256 of these bytes.
  public static func of(_ bytes: some Sequence<UInt8>) -> PayloadHash { PayloadHash(text: SHA256.hexDigest(of: bytes)) }

  /// A SHA-256 that is known already, as 64 lower-case hexadecimal digits.
  public static func known(_ hex: String) -> PayloadHash { PayloadHash(text: hex) }

  /// The SHA-256 of nothing.
  public static let empty = PayloadHash(text: "e3b0c44298fc1c149afbf4c8996fb92427ae41e4649b934ca495991b7852b855")

  /// The body is not signed; for S3 over TLS, and addresses that others will use.
  public static let unsigned = PayloadHash(text: "UNSIGNED-PAYLOAD")
}
