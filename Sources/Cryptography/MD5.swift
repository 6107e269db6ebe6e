import COpenSSL

/// MD5 (RFC 1321), where services still ask for it: tags of objects, `Content-MD5`. Protects against accidents only.
public enum MD5 {
  /// The 16 bytes of a digest; nil on a machine whose policy has taken MD5 away.
  public static func digest(of bytes: some Sequence<UInt8>) -> [UInt8]? {
    let bytes = Array(bytes)
    var digest = [UInt8](repeating: 0, count: 16)
    return EVP_Digest(bytes, bytes.count, &digest, nil, EVP_md5(), nil) == 1 ? digest : nil
  }
}
