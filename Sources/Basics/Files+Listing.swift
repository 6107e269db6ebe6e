import Glibc

extension Files {
  /// A file below a folder.
  public struct Entry: Sendable, Equatable {
    /// Relative to the folder.
    public let path: String
    /// Its size.
    public let bytes: Int64
  }

  /// The size of a file in bytes.
  public static func size(_ path: String) throws(SystemError) -> Int64 {
    var info = stat()
    guard stat(path, &info) == 0 else { throw SystemError("look at", path) }
    return Int64(info.st_size)
  }

  /// Every regular file below a folder, in no particular order. Links are neither followed nor listed.
  public static func tree(_ folder: String) throws(SystemError) -> [Entry] {
    var found: [Entry] = []
    var pending = [""]
    while let prefix = pending.popLast() {
      for name in try names(in: folder + "/" + prefix) {
        let path = prefix.isEmpty ? name : prefix + "/" + name
        var info = stat()
        guard lstat(folder + "/" + path, &info) == 0 else { continue }
        switch info.st_mode & S_IFMT {
        case S_IFDIR: pending.append(path)
        case S_IFREG: found.append(Entry(path: path, bytes: Int64(info.st_size)))
        default: continue
        }
      }
    }
    return found
  }
}
