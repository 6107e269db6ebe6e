import Basics
import FoundationEssentials
import Glibc
public import ProviderKit

/// An object store in a folder: a mailbox on a file system that both sides see, such as a cluster's.
///
/// An object is a file by its key. Objects appear whole: they are written aside and then linked or renamed into place, so that two writers never mix.
public struct FolderStore: ObjectStore {
  private let root: String
  private let pageSize: Int
  /// What every draft's name ends with; no object's key may.
  private static let draft = ".rp-draft"

  /// The store in a folder.
  /// - Parameter pageSize: the most objects of one page.
  public init(_ root: String, pageSize: Int = 1_000) {
    self.root = root
    self.pageSize = pageSize
  }

  /// An object's bytes, or a range of them.
  public func get(_ key: String, range: Range<Int64>?) async throws(ProviderError) -> StoredObject? {
    let path = try path(key)
    guard let facts = facts(key, path) else { return nil }
    return try answering {
      let file = try Descriptor.open(path, O_RDONLY)
      let range = range.map { $0.clamped(to: 0..<facts.size) } ?? 0..<facts.size
      var bytes = [UInt8](repeating: 0, count: range.count)
      let count = bytes.withUnsafeMutableBytes { pread(file.raw, $0.baseAddress, $0.count, off_t(range.lowerBound)) }
      guard count == bytes.count else { throw SystemError("read", path, code: count < 0 ? errno : EIO) }
      return StoredObject(bytes: bytes, facts: facts)
    }
  }

  /// What is known of an object.
  public func head(_ key: String) async throws(ProviderError) -> ObjectFacts? { facts(key, try path(key)) }

  /// Writes an object whole.
  public func put(_ key: String, _ bytes: [UInt8], condition: PutCondition) async throws(ProviderError) -> ObjectFacts {
    let path = try path(key)
    return try place(key, path, condition) { draft in
      let file = try Descriptor.open(draft, O_WRONLY | O_CREAT | O_EXCL, mode: 0o600)
      try file.writeAll(bytes, name: path)
    }
  }

  /// Copies a file in.
  public func upload(file source: String, to key: String) async throws(ProviderError) -> ObjectFacts {
    try place(key, try path(key), .always) { try Self.copy(source, to: $0, mode: 0o600) }
  }

  /// Writes an object whole, as it comes.
  /// - Parameter body: writes the bytes to a descriptor.
  func write(_ key: String, _ body: (Int32) throws -> Void) throws(ProviderError) -> ObjectFacts {
    try place(key, try path(key), .always) { draft in
      let file = try Descriptor.open(draft, O_WRONLY | O_CREAT | O_EXCL, mode: 0o600)
      try body(file.raw)
    }
  }

  /// Copies an object out; the file appears when it is whole.
  public func download(_ key: String, to target: String) async throws(ProviderError) -> ObjectFacts {
    let path = try path(key)
    guard let facts = facts(key, path) else { throw ProviderError(.notFound, "there is no \(key) in \(root)") }
    return try answering {
      let draft = Self.draft(beside: target)
      defer { unlink(draft) }
      try Self.copy(path, to: draft, mode: 0o644)
      try Files.rename(draft, to: target)
      return facts
    }
  }

  /// One page of what begins with `prefix`, by key.
  public func list(prefix: String, after: String?, page: PageToken?) async throws(ProviderError) -> ObjectPage {
    // Only the folder that the prefix ends in, and what is below it, is looked at.
    let folder = prefix.lastIndex(of: "/").map { String(prefix[..<$0]) } ?? ""
    let full = try path(folder.isEmpty ? "." : folder)
    guard Files.exists(full) else { return ObjectPage([]) }
    return try answering {
      let from = page?.value ?? after
      let keys = try Files.tree(full).map { folder.isEmpty ? $0.path : folder + "/" + $0.path }.filter { key in
        key.hasPrefix(prefix) && !key.hasSuffix(Self.draft) && from.map { $0.utf8.lexicographicallyPrecedes(key.utf8) } ?? true
      }.sorted { $0.utf8.lexicographicallyPrecedes($1.utf8) }
      let shown = keys.prefix(pageSize)
      return ObjectPage(
        shown.compactMap { facts($0, root + "/" + $0) }, next: keys.count > pageSize ? shown.last.map { PageToken($0) } : nil)
    }
  }

  /// Deletes objects.
  public func delete(_ keys: [String]) async throws(ProviderError) {
    for key in keys {
      let path = try path(key)
      try answering { try Files.remove(path) }
    }
  }

  /// A folder has no address.
  public func presignedGet(_ key: String, lifetime: Duration) async throws(ProviderError) -> String {
    throw ProviderError(.invalidRequest, "a mailbox in a folder has no addresses: \(root) must be seen by both sides")
  }

  // MARK: files

  private func path(_ key: String) throws(ProviderError) -> String {
    guard !key.isEmpty, !key.hasPrefix("/"), !key.split(separator: "/").contains(".."), !key.hasSuffix(Self.draft) else {
      throw ProviderError(.invalidRequest, "'\(key)' is no key of an object")
    }
    return root + "/" + key
  }

  private func facts(_ key: String, _ path: String) -> ObjectFacts? {
    var info = stat()
    guard stat(path, &info) == 0, info.st_mode & S_IFMT == S_IFREG else { return nil }
    let modified = Date(timeIntervalSince1970: Double(info.st_mtim.tv_sec) + Double(info.st_mtim.tv_nsec) / 1e9)
    let tag = "\"\(info.st_ino)-\(info.st_size)-\(info.st_mtim.tv_sec).\(info.st_mtim.tv_nsec)\""
    return ObjectFacts(key: key, size: Int64(info.st_size), etag: tag, modifiedAt: modified)
  }

  private func place(_ key: String, _ path: String, _ condition: PutCondition, write: (String) throws -> Void) throws(ProviderError)
    -> ObjectFacts
  {
    try answering {
      try Files.createFolder(Paths.parent(of: path), mode: 0o700)
      let draft = Self.draft(beside: path)
      defer { unlink(draft) }
      try write(draft)
      switch condition {
      case .always: try Files.rename(draft, to: path)
      case .ifAbsent:
        // link(2) is the one call that fails when something is there.
        guard link(draft, path) == 0 else {
          guard errno == EEXIST else { throw SystemError("write", path) }
          throw ProviderError(.conflict, "there is a \(key) already")
        }
      case .ifMatches(let tag):
        guard facts(key, path)?.etag == tag else { throw ProviderError(.conflict, "\(key) is another now") }
        try Files.rename(draft, to: path)
      }
      guard let facts = facts(key, path) else { throw SystemError("look at", path, code: ENOENT) }
      return facts
    }
  }

  private static func draft(beside path: String) -> String { "\(path).\(getpid()).\(UInt32.random(in: 0 ... .max))\(draft)" }

  private static func copy(_ source: String, to target: String, mode: mode_t) throws(SystemError) {
    let input = try Descriptor.open(source, O_RDONLY)
    let output = try Descriptor.open(target, O_WRONLY | O_CREAT | O_TRUNC, mode: mode)
    var buffer = [UInt8](repeating: 0, count: 1 << 20)
    while true {
      let count = buffer.withUnsafeMutableBytes { read(input.raw, $0.baseAddress, $0.count) }
      guard count >= 0 else { throw SystemError("read", source) }
      guard count > 0 else { return }
      let code = buffer.withUnsafeBytes { Descriptor.writeAll(UnsafeRawBufferPointer(rebasing: $0[0..<count]), to: output.raw) }
      if let code { throw SystemError("write", target, code: code) }
    }
  }

  private func answering<Result>(_ body: () throws -> Result) throws(ProviderError) -> Result {
    do {
      return try body()
    } catch let error as ProviderError {
      throw error
    } catch {
      let hinted = error as? any Hinted
      throw ProviderError(.unreachable, hinted?.message ?? "\(error)", effect: .unknown, hints: hinted?.hints ?? [])
    }
  }
}
