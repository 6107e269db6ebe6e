import Basics
import CArchive
import Cryptography
import Glibc

extension ArchiveWriter {
  /// One thing to pack.
  public struct Entry: Sendable, Equatable {
    /// What it is.
    public enum Content: Sendable, Equatable {
      /// The file at this path, whose bytes must have this digest.
      case file(String, sha256: String)
      /// A symbolic link to this target.
      case link(String)
      /// A folder.
      case folder
    }
    /// Its name in the archive.
    public var name: String
    /// What it is.
    public var content: Content

    /// An entry.
    public init(_ name: String, _ content: Content) {
      self.name = name
      self.content = content
    }
  }

  /// Packs entries in the order given. The same entries give the same archive, byte for byte, wherever their files lie and whenever they were written.
  ///
  /// The archive appears under its name when it is whole.
  /// - Parameter modified: the time that every entry gets, in seconds since 1970.
  /// - Returns: the name of the first file whose bytes are not those of its digest, so that there is no archive; nil when all went well.
  /// - Throws: ``ArchiveError``, or `SystemError` for a file that cannot be read.
  public static func write(_ entries: [Entry], modified: Int64, to path: String) throws -> String? {
    guard rp_archive_load() == 0 else { throw ArchiveError.noLibrary(String(cString: rp_archive_load_error())) }
    try Files.createFolder(Paths.parent(of: path))
    let draft = "\(path).\(getpid()).partial"
    defer { unlink(draft) }
    let writer = try OpenArchive.create(draft)
    for entry in entries {
      switch entry.content {
      case .file(let file, let sha256):
        guard try writer.add(file: file, as: entry.name, modified: modified).sha256 == sha256 else { return entry.name }
      case .link(let target): try writer.add(link: target, as: entry.name, modified: modified)
      case .folder: try writer.add(folder: entry.name, modified: modified)
      }
    }
    try writer.finish()
    try Files.rename(draft, to: path)
    return nil
  }
}
