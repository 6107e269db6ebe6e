import COpenSSL

/// A SHA-256 digest that is fed piece by piece (FIPS 180-4), computed by libcrypto.
///
/// For what is in memory already there is ``hexDigest(of:)``; for a file, ``hexDigest(ofFile:)``.
public struct SHA256: ~Copyable {
  /// The length of a digest in bytes.
  public static let byteCount = 32

  private let context: OpaquePointer

  /// Looked up once: libcrypto's `EVP_sha256()` is looked up anew at every use, which takes longer than a short digest.
  private nonisolated(unsafe) static let algorithm = EVP_MD_fetch(nil, "SHA256", nil)

  /// Starts a digest of nothing yet.
  public init() {
    guard let context = EVP_MD_CTX_new() else { fatalError("libcrypto has no memory for a digest") }
    self.context = context
    // It can only fail when a FIPS-style configuration took SHA-256 away; there is no digest to fall back to.
    guard EVP_DigestInit_ex(context, Self.algorithm, nil) == 1 else { fatalError("libcrypto offers no SHA-256") }
  }

  deinit { EVP_MD_CTX_free(context) }

  /// Adds the next bytes.
  public mutating func update(_ bytes: UnsafeRawBufferPointer) {
    guard EVP_DigestUpdate(context, bytes.baseAddress, bytes.count) == 1 else { fatalError("libcrypto refused bytes for a digest") }
  }

  /// Adds the next bytes of a string of bytes (`Data`, `[UInt8]`, `String.UTF8View`).
  public mutating func update(_ bytes: some Sequence<UInt8>) {
    let contiguous: Void? = bytes.withContiguousStorageIfAvailable { update(UnsafeRawBufferPointer($0)) }
    if contiguous == nil { Array(bytes).withUnsafeBytes { update($0) } }
  }

  /// Ends the digest and gives its 32 bytes.
  public consuming func finish() -> [UInt8] {
    [UInt8](unsafeUninitializedCapacity: Self.byteCount) { buffer, count in
      guard EVP_DigestFinal_ex(context, buffer.baseAddress, nil) == 1 else { fatalError("libcrypto could not end a digest") }
      count = Self.byteCount
    }
  }

  /// Ends the digest and gives it as 64 lower-case hexadecimal digits.
  public consuming func finishHex() -> String {
    Hexadecimal.string(finish())
  }

  /// The 32 bytes of the digest of bytes in memory.
  public static func digest(of bytes: some Sequence<UInt8>) -> [UInt8] {
    var digest = SHA256()
    digest.update(bytes)
    return digest.finish()
  }

  /// The digest of bytes in memory, as 64 lower-case hexadecimal digits.
  public static func hexDigest(of bytes: some Sequence<UInt8>) -> String {
    var digest = SHA256()
    digest.update(bytes)
    return digest.finishHex()
  }
}
