import Glibc

/// Tells whether a file is another than it was: cheaper than reading it.
public struct FileStamp: Sendable, Hashable {
  private let inode: UInt64
  /// The file's size in bytes.
  public let size: Int64
  private let seconds: Int
  private let nanoseconds: Int

  /// The stamp of a file; nil when there is none.
  public init?(_ path: String) {
    var info = stat()
    guard stat(path, &info) == 0 else { return nil }
    inode = UInt64(info.st_ino)
    size = Int64(info.st_size)
    (seconds, nanoseconds) = (info.st_mtim.tv_sec, info.st_mtim.tv_nsec)
  }
}
