import COpenSSL

/// MD5 (RFC 1321), where services still ask for it: tags of objects, `Content-MD5`. Finds accidents, not forgeries.
public final class MD5 {
  private let context: OpaquePointer

  /// Starts a digest of nothing yet; nil on a machine whose policy has taken MD5 away.
  public init?() {
    guard let context = EVP_MD_CTX_new() else { return nil }
    self.context = context
    guard EVP_DigestInit_ex(context, EVP_md5(), nil) == 1 else { return nil }
  }

  deinit { EVP_MD_CTX_free(context) }

  /// Adds the next bytes.
  public func update(_ bytes: UnsafeRawBufferPointer) { EVP_DigestUpdate(context, bytes.baseAddress, bytes.count) }

  /// Adds the next bytes.
  public func update(_ bytes: [UInt8]) { bytes.withUnsafeBytes { update($0) } }

  /// Ends the digest and gives its 16 bytes. Nothing may be added afterwards.
  public func finish() -> [UInt8] {
    var digest = [UInt8](repeating: 0, count: 16)
    EVP_DigestFinal_ex(context, &digest, nil)
    return digest
  }

  /// The 16 bytes of a digest; nil on a machine whose policy has taken MD5 away.
  public static func digest(of bytes: some Sequence<UInt8>) -> [UInt8]? {
    guard let digest = MD5() else { return nil }
    digest.update(Array(bytes))
    return digest.finish()
  }
}
