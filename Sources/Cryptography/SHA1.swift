import COpenSSL

/// SHA-1 (FIPS 180-4), for names that others made with it; protects nothing.
public enum SHA1 {
  /// The digest of bytes in memory, as 40 lower-case hexadecimal digits.
  public static func hexDigest(of bytes: some Sequence<UInt8>) -> String {
    let bytes = Array(bytes)
    var digest = [UInt8](repeating: 0, count: 20)
    // It can only fail when a FIPS-style configuration took SHA-1 away; then no name is found.
    guard EVP_Digest(bytes, bytes.count, &digest, nil, EVP_sha1(), nil) == 1 else { return "" }
    return Hexadecimal.string(digest)
  }
}
