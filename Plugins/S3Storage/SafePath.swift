import Basics
import Glibc

/// Keys are any text; files are not.
enum SafePath {
  /// Why a key cannot become a file below a folder; nil when it can.
  static func objection(to path: String) -> String? {
    if path.isEmpty { return "it has no name" }
    if path.hasSuffix("/") { return "it marks a folder" }
    if path.utf8.contains(0) { return "its name holds a zero byte" }
    let parts = path.split(separator: "/", omittingEmptySubsequences: false)
    if parts.contains("..") || parts.contains(".") { return "its name leads elsewhere" }
    if parts.contains("") { return "its name has an empty part" }
    return parts.contains { $0.utf8.count > 255 } ? "a part of its name is longer than 255 bytes" : nil
  }

  /// Makes the folders of a file below `root`; refuses to go through a link, which could lead anywhere.
  /// - Returns: the file's path, or why not.
  static func prepare(_ path: String, below root: String) -> Result<String, UnsafePath> {
    var folder = root
    for part in path.split(separator: "/").dropLast() {
      folder += "/" + part
      var info = stat()
      if lstat(folder, &info) == 0 {
        guard info.st_mode & S_IFMT == S_IFDIR else { return .failure(UnsafePath(message: "\(folder) is in the way: it is no folder")) }
      } else if mkdir(folder, 0o755) != 0, errno != EEXIST {
        return .failure(UnsafePath(message: SystemError("create", folder).message))
      }
    }
    return .success(root + "/" + path)
  }
}

/// A path that is not gone to.
struct UnsafePath: Error {
  let message: String
}
