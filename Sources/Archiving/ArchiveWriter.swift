import Basics
import CArchive
import Cryptography
import FoundationEssentials
import Glibc

/// Writes a folder as tar.gz with a manifest of what is in it.
public enum ArchiveWriter {
  /// Writes `folder` to the archive at `path`, every entry below `root/`, in the order of names. Only regular files go in: no links, no sockets.
  ///
  /// The manifest comes last, as `root/manifest.json`, with the digests of the bytes that were written. The archive appears under its name when it is whole.
  /// - Returns: the archive's size in bytes.
  /// - Throws: ``ArchiveError``, or `SystemError` for a file that cannot be read or written.
  public static func write(_ folder: String, root: String, to path: String, leavingOut: (String) -> Bool = { _ in false }) throws -> Int64 {
    guard rp_archive_load() == 0 else { throw ArchiveError.noLibrary(String(cString: rp_archive_load_error())) }
    try Files.createFolder(Paths.parent(of: path))
    let draft = "\(path).\(getpid()).partial"
    do {
      let writer = try OpenArchive.create(draft)
      var manifest = Manifest()
      for entry in try Files.tree(folder).sorted(by: { $0.path < $1.path }) where !leavingOut(entry.path) && entry.path != Manifest.name {
        manifest.files[entry.path] = try writer.add(file: folder + "/" + entry.path, as: root + "/" + entry.path)
      }
      try writer.add(bytes: Array(try JSON.encode(manifest)), as: root + "/" + Manifest.name)
      try writer.finish()
      try Files.rename(draft, to: path)
    } catch {
      unlink(draft)
      throw error
    }
    return try Files.size(path)
  }
}

/// A tar.gz that is being written.
struct OpenArchive: ~Copyable {
  private let handle: UnsafeMutableRawPointer
  private let path: String

  private init(handle: UnsafeMutableRawPointer, path: String) {
    self.handle = handle
    self.path = path
  }

  static func create(_ path: String) throws -> OpenArchive {
    guard let handle = rp_archive_write_open(path) else { throw ArchiveError("there is no memory for an archive", exitCode: .software) }
    let archive = OpenArchive(handle: handle, path: path)
    if rp_archive_write_failed(handle) != 0 { throw archive.failure() }
    return archive
  }

  deinit { rp_archive_write_free(handle) }

  /// Copies a file in. A file that grows meanwhile is cut at the size it had, one that shrinks is an error.
  /// - Parameter modified: the time to enter; the file's own when nil.
  borrowing func add(file: String, as name: String, modified: Int64? = nil) throws -> Manifest.File {
    let source = try Descriptor.open(file, O_RDONLY | O_NOFOLLOW)
    var info = stat()
    guard fstat(source.raw, &info) == 0 else { throw SystemError("read", file) }
    try header(name, size: Int64(info.st_size), modified: modified ?? Int64(info.st_mtim.tv_sec), executable: info.st_mode & 0o111 != 0)
    var digest = SHA256()
    var left = Int(info.st_size)
    var buffer = [UInt8](repeating: 0, count: min(max(left, 1), 1 << 20))
    while left > 0 {
      let count = buffer.withUnsafeMutableBytes { read(source.raw, $0.baseAddress, min($0.count, left)) }
      guard count > 0 else { throw SystemError("read", file, code: count == 0 ? EIO : errno) }
      try buffer.withUnsafeBytes { bytes in
        let piece = UnsafeRawBufferPointer(rebasing: bytes[0..<count])
        digest.update(piece)
        guard rp_archive_write_bytes(handle, piece.baseAddress, count) == 0 else { throw failure() }
      }
      left -= count
    }
    return Manifest.File(bytes: Int64(info.st_size), sha256: digest.finishHex())
  }

  borrowing func add(bytes: [UInt8], as name: String) throws {
    try header(name, size: Int64(bytes.count), modified: 0, executable: false)
    try bytes.withUnsafeBytes { guard rp_archive_write_bytes(handle, $0.baseAddress, $0.count) == 0 else { throw failure() } }
  }

  borrowing func finish() throws {
    guard rp_archive_write_finish(handle) == 0 else { throw failure() }
  }

  borrowing func add(link target: String, as name: String, modified: Int64) throws {
    try header(name, kind: RP_ARCHIVE_LINK, size: 0, modified: modified, executable: false, target: target)
  }

  borrowing func add(folder name: String, modified: Int64) throws {
    try header(name, kind: RP_ARCHIVE_FOLDER, size: 0, modified: modified, executable: false)
  }

  private borrowing func header(
    _ name: String, kind: rp_archive_kind = RP_ARCHIVE_FILE, size: Int64, modified: Int64, executable: Bool, target: String = ""
  ) throws {
    let result = name.withCString { name in
      target.withCString { target in
        var entry = rp_archive_entry(
          name: name, kind: Int32(kind.rawValue), size: size, modified: modified, executable: executable ? 1 : 0, target: target)
        return rp_archive_write_entry(handle, &entry)
      }
    }
    guard result == 0 else { throw failure() }
  }

  private borrowing func failure() -> any Error {
    let code = rp_archive_errno(handle)
    if code != 0 { return SystemError("write", path, code: code) }
    return ArchiveError("cannot write the archive \(path): \(String(cString: rp_archive_error(handle)))", exitCode: .cannotCreate)
  }
}
