public import Basics
public import FoundationEssentials
import Glibc

/// How configuration reads files: the disk, or in tests a dictionary.
public struct FileAccess: Sendable {
  /// What stands at a path.
  public enum Kind: Sendable, Equatable {
    case file, executable, folder
  }

  /// Reads a file of at most so many bytes; `EFBIG` for a larger one.
  public var read: @Sendable (_ path: String, _ limit: Int) throws(SystemError) -> Data
  /// What stands at a path; nil for nothing.
  public var kind: @Sendable (_ path: String) -> Kind?
  /// The names in a folder; none when it cannot be read.
  public var names: @Sendable (_ folder: String) -> [String]
  /// Whether a file that nobody named may have been put there by a stranger: another user's, in a folder that everybody may write to.
  public var isForeign: @Sendable (_ path: String) -> Bool

  /// Access by the given functions.
  public init(
    read: @escaping @Sendable (String, Int) throws(SystemError) -> Data, kind: @escaping @Sendable (String) -> Kind?,
    names: @escaping @Sendable (String) -> [String], isForeign: @escaping @Sendable (String) -> Bool = { _ in false }
  ) {
    self.read = read
    self.kind = kind
    self.names = names
    self.isForeign = isForeign
  }

  /// The disk.
  public static let disk = FileAccess(
    read: { (path, limit) throws(SystemError) in try Files.read(path, limit: limit) },
    kind: { path in
      if Files.isFolder(path) { return .folder }
      guard Files.exists(path) else { return nil }
      return access(path, X_OK) == 0 ? .executable : .file
    },
    names: { folder in (try? Files.names(in: folder)) ?? [] },
    isForeign: { path in
      var file = stat()
      var folder = stat()
      guard stat(path, &file) == 0, stat(Paths.parent(of: path), &folder) == 0 else { return false }
      return folder.st_mode & S_IWOTH != 0 && file.st_uid != geteuid() && file.st_uid != 0
    })
}
