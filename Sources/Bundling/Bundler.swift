import Archiving
public import Basics
import Cryptography
import Glibc

/// Packs the code of a run: what git would take, less what must never leave this machine. The same content gives the same bundle.
public struct Bundler: Sendable {
  /// A bundle on the disk.
  public struct Bundle: Sendable, Equatable {
    /// The tar.gz.
    public var path: String
    /// The digest of its bytes, as 64 hexadecimal digits.
    public var sha256: String
    /// Its size.
    public var bytes: Int64
    /// Whether it was packed before.
    public var wasCached: Bool
  }

  private let never: NeverPacked
  private let limit: ByteSize
  private let cache: String
  private let kept: Int

  /// A bundler.
  /// - Parameters:
  ///   - cache: a folder for bundles, by their content.
  ///   - limit: the most bytes of all files together.
  ///   - kept: how many bundles stay in the cache.
  public init(cache: String, never: NeverPacked = NeverPacked(), limit: ByteSize = ByteSize(bytes: 5 << 30), kept: Int = 16) {
    self.cache = cache
    self.never = never
    self.limit = limit
    self.kept = kept
  }

  /// Looks at a folder: what would be packed, and what not.
  /// - Throws: ``BundleError`` when it is too large, `SystemError` for what cannot be read.
  public func plan(_ folder: String) throws -> BundlePlan {
    try FolderScan.plan(Paths.normalize(folder), never: never, limit: limit)
  }

  /// Packs what a plan says, or finds it packed.
  /// - Throws: ``BundleError`` when a file changes meanwhile, `SystemError`, or what the archive's library says.
  public func pack(_ plan: BundlePlan) throws -> Bundle {
    let (entries, content) = try measure(plan)
    try Files.createFolder(cache, mode: 0o700)
    if let found = try cached(content) { return found }
    let draft = "\(cache)/\(content).\(getpid())"
    defer { unlink(draft) }
    if let changed = try ArchiveWriter.write(entries, modified: Self.modified, to: draft) {
      throw BundleError.changed(plan.folder + "/" + changed)
    }
    let sha256 = try SHA256.hexDigest(ofFile: draft)
    let path = "\(cache)/\(content)-\(sha256).tar.gz"
    try Files.rename(draft, to: path)
    prune()
    return Bundle(path: path, sha256: sha256, bytes: try Files.size(path), wasCached: false)
  }

  /// 2000-01-01. Times would make every checkout another bundle; and what is older than 1980 fits into no zip.
  private static let modified: Int64 = 946_684_800

  /// The digest of every file, and of them all.
  private func measure(_ plan: BundlePlan) throws -> ([ArchiveWriter.Entry], content: String) {
    var digest = SHA256()
    var entries: [ArchiveWriter.Entry] = []
    for item in plan.items {
      let full = plan.folder + "/" + item.path
      switch item.kind {
      case .file(let executable):
        let sha256 = try SHA256.hexDigest(ofFile: full)
        guard try Files.size(full) == item.bytes else { throw BundleError.changed(full) }
        digest.update("file \(executable) \(item.bytes) \(sha256) \(item.path)\0".utf8)
        entries.append(ArchiveWriter.Entry(item.path, .file(full, sha256: sha256)))
      case .link(let target):
        digest.update("link \(target)\0\(item.path)\0".utf8)
        entries.append(ArchiveWriter.Entry(item.path, .link(target)))
      case .emptyFolder:
        digest.update("folder \(item.path)\0".utf8)
        entries.append(ArchiveWriter.Entry(item.path, .folder))
      }
    }
    return (entries, digest.finishHex())
  }

  private func cached(_ content: String) throws -> Bundle? {
    for name in try Files.names(in: cache) where name.hasPrefix(content + "-") && name.hasSuffix(".tar.gz") {
      let path = cache + "/" + name
      let promised = name.dropFirst(content.count + 1).dropLast(7)
      let sha256 = try SHA256.hexDigest(ofFile: path)
      guard sha256 == promised else {
        try Files.remove(path)
        continue
      }
      utimes(path, nil)
      return Bundle(path: path, sha256: sha256, bytes: try Files.size(path), wasCached: true)
    }
    return nil
  }

  /// Lets go of the bundles that were not used for longest.
  private func prune() {
    let bundles = ((try? Files.names(in: cache)) ?? []).filter { $0.hasSuffix(".tar.gz") }.compactMap { name -> (String, Int)? in
      var info = stat()
      return stat(cache + "/" + name, &info) == 0 ? (cache + "/" + name, info.st_mtim.tv_sec) : nil
    }
    for (path, _) in bundles.sorted(by: { $0.1 > $1.1 }).dropFirst(kept) { unlink(path) }
  }
}
