import Glibc

extension SHA256 {
  /// The digest of a file's bytes, as 64 lower-case hexadecimal digits; the file is read in pieces of 1 MiB.
  ///
  /// Throws ``UnreadableFile`` when it cannot be opened or read; a symbolic link is followed.
  public static func hexDigest(ofFile path: String) throws(UnreadableFile) -> String {
    let descriptor = open(path, O_RDONLY | O_CLOEXEC)
    guard descriptor >= 0 else { throw UnreadableFile(path: path, code: errno) }
    defer { close(descriptor) }
    return try hexDigest(ofDescriptor: descriptor, path: path)
  }

  /// The digest of what an open descriptor still has to give, from where it stands to its end.
  ///
  /// `path` only names the file in the error. The descriptor stays open.
  public static func hexDigest(ofDescriptor descriptor: Int32, path: String) throws(UnreadableFile) -> String {
    var digest = SHA256()
    let buffer = UnsafeMutableRawBufferPointer.allocate(byteCount: 1 << 20, alignment: 16)
    defer { buffer.deallocate() }
    while true {
      let count = read(descriptor, buffer.baseAddress, buffer.count)
      if count == 0 { return digest.finishHex() }
      if count < 0 {
        if errno == EINTR { continue }
        throw UnreadableFile(path: path, code: errno)
      }
      digest.update(UnsafeRawBufferPointer(rebasing: buffer[0..<count]))
    }
  }
}
