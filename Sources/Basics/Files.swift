public import FoundationEssentials
public import Glibc

/// Plain file operations with errors that name the file.
public enum Files {
  /// Reads a whole file.
  /// - Parameter limit: the most bytes to accept; a larger file is `EFBIG`.
  /// - Throws: ``SystemError``; `EISDIR` for a folder.
  public static func read(_ path: String, limit: Int = 256 << 20) throws(SystemError) -> Data {
    let descriptor = try Descriptor.open(path, O_RDONLY)
    var info = stat()
    guard fstat(descriptor.raw, &info) == 0 else { throw SystemError("read", path) }
    guard info.st_mode & S_IFMT != S_IFDIR else { throw SystemError("read", path, code: EISDIR) }
    guard Int(info.st_size) <= limit else { throw SystemError("read", path, code: EFBIG) }
    var bytes = Data(capacity: Int(info.st_size) + 1)
    var buffer = [UInt8](repeating: 0, count: max(4096, min(Int(info.st_size) + 1, 1 << 20)))
    while true {
      let count = buffer.withUnsafeMutableBytes { Glibc.read(descriptor.raw, $0.baseAddress, $0.count) }
      if count < 0 && errno == EINTR { continue }
      guard count >= 0 else { throw SystemError("read", path) }
      guard count > 0 else { return bytes }
      bytes.append(contentsOf: buffer[0..<count])
      guard bytes.count <= limit else { throw SystemError("read", path, code: EFBIG) }
    }
  }

  /// Reads a text file; bytes that are not UTF-8 become U+FFFD.
  public static func readText(_ path: String, limit: Int = 256 << 20) throws(SystemError) -> String {
    String(decoding: try read(path, limit: limit), as: UTF8.self)
  }

  /// Whether anything stands at `path` (a dangling link counts as nothing).
  public static func exists(_ path: String) -> Bool { access(path, F_OK) == 0 }

  /// Whether `path` is a folder.
  public static func isFolder(_ path: String) -> Bool {
    var info = stat()
    return stat(path, &info) == 0 && info.st_mode & S_IFMT == S_IFDIR
  }

  /// Creates a folder and its missing parents; one that exists is fine.
  public static func createFolder(_ path: String, mode: mode_t = 0o755) throws(SystemError) {
    if mkdir(path, mode) == 0 { return }
    switch errno {
    case EEXIST where isFolder(path): return
    case ENOENT:
      let parent = Paths.parent(of: path)
      guard parent != path else { throw SystemError("create folder", path, code: ENOENT) }
      try createFolder(parent, mode: mode)
      guard mkdir(path, mode) == 0 || errno == EEXIST else { throw SystemError("create folder", path) }
    default: throw SystemError("create folder", path)
    }
  }

  /// The names in a folder, without `.` and `..`, in no particular order.
  public static func names(in folder: String) throws(SystemError) -> [String] {
    guard let stream = opendir(folder) else { throw SystemError("read folder", folder) }
    defer { closedir(stream) }
    var names: [String] = []
    while let entry = readdir(stream) {
      let name = withUnsafePointer(to: &entry.pointee.d_name) { tuple in
        tuple.withMemoryRebound(to: CChar.self, capacity: 256) { String(cString: $0) }
      }
      if name != "." && name != ".." { names.append(name) }
    }
    return names
  }

  /// Renames, replacing a file (or an empty folder) at the new name in one step.
  public static func rename(_ old: String, to new: String) throws(SystemError) {
    guard Glibc.rename(old, new) == 0 else { throw SystemError("rename \(old) to", new) }
  }

  /// Removes a file; one that is gone already is fine.
  public static func remove(_ path: String) throws(SystemError) {
    guard unlink(path) == 0 || errno == ENOENT else { throw SystemError("remove", path) }
  }

  /// Removes a file or a whole folder without following links; what is gone already is fine.
  public static func removeTree(_ path: String) throws(SystemError) {
    var info = stat()
    guard lstat(path, &info) == 0 else {
      if errno == ENOENT { return }
      throw SystemError("remove", path)
    }
    guard info.st_mode & S_IFMT == S_IFDIR else { return try remove(path) }
    for name in try names(in: path) { try removeTree(path + "/" + name) }
    guard rmdir(path) == 0 || errno == ENOENT else { throw SystemError("remove folder", path) }
  }

  /// Replaces `path` with `bytes` in one step: a reader sees the old file or the new, never half of one.
  ///
  /// The file is written beside `path` under a temporary name and renamed. On failure `path` is untouched and the temporary file is gone.
  /// - Parameters:
  ///   - mode: permissions of the new file; 0600 for anything that holds a secret.
  ///   - durable: also wait until the bytes are on the disk (fsync), for what must survive a power cut.
  public static func writeAtomically(_ bytes: some DataProtocol, to path: String, mode: mode_t = 0o644, durable: Bool = false)
    throws(SystemError)
  {
    let temporary = "\(path).\(getpid()).\(UInt32.random(in: 0 ... .max)).tmp"
    let descriptor = try Descriptor.open(temporary, O_WRONLY | O_CREAT | O_EXCL, mode: mode)
    do throws(SystemError) {
      try descriptor.writeAll(Array(bytes), name: path)
      guard !durable || fsync(descriptor.raw) == 0 else { throw SystemError("write", path) }
      guard Glibc.rename(temporary, path) == 0 else { throw SystemError("write", path) }
    } catch {
      unlink(temporary)
      throw error
    }
  }
}
