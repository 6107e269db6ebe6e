import Basics
import CArchive
import Cryptography
import FoundationEssentials
import Glibc

/// Unpacks an archive into a folder of its own, refusing what would leave that folder, fill the disk, or is not what its manifest says.
public struct ArchiveReader: ~Copyable {
  /// What was unpacked.
  public struct Contents: Sendable, Equatable {
    /// The one folder at the archive's top.
    public let root: String
    /// Whether every file was checked against a manifest; false for archives of the older program, which have none.
    public let isVerified: Bool
  }

  private let path: String
  private let target: String
  private let limits: ArchiveLimits
  private var root: String?
  private var seen: Set<String> = []
  private var files: [String: Manifest.File] = [:]
  private var bytes: Int64 = 0

  /// Unpacks the archive at `path` into `target`, a new and empty folder; entries lose their top folder.
  /// - Throws: ``ArchiveError``; then `target` holds nothing that may be used.
  public static func unpack(_ path: String, into target: String, limits: ArchiveLimits) throws -> Contents {
    guard rp_archive_load() == 0 else { throw ArchiveError.noLibrary(String(cString: rp_archive_load_error())) }
    guard !Files.isFolder(path) else { throw SystemError("read", path, code: EISDIR) }
    _ = try Files.size(path)
    var reader = ArchiveReader(path: path, target: target, limits: limits)
    return try reader.run()
  }

  private init(path: String, target: String, limits: ArchiveLimits) {
    self.path = path
    self.target = target
    self.limits = limits
  }

  private mutating func run() throws -> Contents {
    guard let handle = rp_archive_read_open(path) else { throw ArchiveError("there is no memory for an archive", exitCode: .software) }
    defer { rp_archive_read_free(handle) }
    var entry = rp_archive_entry()
    while true {
      switch rp_archive_read_next(handle, &entry) {
      case 1: try take(entry, handle)
      case 0:
        guard let root else { throw refuse("it is empty") }
        return Contents(root: root, isVerified: try verify())
      default:
        throw ArchiveError(
          "\(path) is no whole tar.gz: \(String(cString: rp_archive_error(handle)))",
          hints: ["an archive of a run is made by `runpilot export ID`"])
      }
    }
  }

  private mutating func take(_ entry: rp_archive_entry, _ handle: UnsafeMutableRawPointer) throws {
    guard let raw = entry.name, let name = String(validatingCString: raw) else { throw refuse("it holds a name that is no text") }
    let parts = try components(of: name)
    guard let first = parts.first else { return }
    guard root == nil || root == first else { throw refuse("it holds more than one folder at its top") }
    root = first
    guard seen.count < limits.entries else { throw tooMuch("hold more than \(limits.entries) files and folders") }
    let relative = parts.dropFirst().joined(separator: "/")
    switch UInt32(entry.kind) {
    case RP_ARCHIVE_FOLDER.rawValue:
      seen.insert(relative)
      try Files.createFolder(target + "/" + relative)
    case RP_ARCHIVE_FILE.rawValue:
      guard !relative.isEmpty else { throw refuse("its top is a file, where a run's folder should be") }
      guard seen.insert(relative).inserted else { throw refuse("it holds '\(name)' twice") }
      try unpackFile(relative, entry, handle)
    default: throw refuse("'\(name)' is a link or a device; a run holds files and folders only")
    }
  }

  /// A name's parts, when it stays inside.
  private func components(of name: String) throws -> [String] {
    let parts = name.split(separator: "/", omittingEmptySubsequences: true).map(String.init).filter { $0 != "." }
    guard !name.hasPrefix("/"), !parts.contains("..") else { throw refuse("'\(name)' would be written outside the run's folder") }
    guard !name.utf8.contains(where: { $0 < 0x20 || $0 == 0x7F }) else { throw refuse("it holds a name with control characters") }
    return parts
  }

  private mutating func unpackFile(_ relative: String, _ entry: rp_archive_entry, _ handle: UnsafeMutableRawPointer) throws {
    let destination = target + "/" + relative
    try Files.createFolder(Paths.parent(of: destination))
    let file = try Descriptor.open(destination, O_WRONLY | O_CREAT | O_EXCL | O_NOFOLLOW, mode: entry.executable != 0 ? 0o755 : 0o644)
    var digest = SHA256()
    var size: Int64 = 0
    var buffer = [UInt8](repeating: 0, count: 1 << 18)
    while true {
      let count = buffer.withUnsafeMutableBytes { rp_archive_read_bytes(handle, $0.baseAddress, $0.count) }
      guard count >= 0 else { throw ArchiveError("\(path) is damaged: \(String(cString: rp_archive_error(handle)))") }
      guard count > 0 else { break }
      bytes += Int64(count)
      size += Int64(count)
      guard bytes <= limits.bytes else { throw tooMuch("unpack to more than \(ByteSize(bytes: limits.bytes))") }
      let failure = buffer.withUnsafeBytes { whole -> Int32? in
        let piece = UnsafeRawBufferPointer(rebasing: whole[0..<count])
        digest.update(piece)
        return Descriptor.writeAll(piece, to: file.raw)
      }
      if let failure { throw SystemError("write", destination, code: failure) }
    }
    files[relative] = Manifest.File(bytes: size, sha256: digest.finishHex())
  }

  /// Whether a manifest vouches for everything; throws when it vouches for something else.
  private func verify() throws -> Bool {
    guard files[Manifest.name] != nil else { return false }
    let manifest: Manifest
    do {
      manifest = try JSON.decode(Manifest.self, from: try Files.read(target + "/" + Manifest.name))
    } catch {
      throw refuse("its manifest cannot be read")
    }
    guard manifest.schema == Manifest.currentSchema else {
      throw refuse("its manifest is of a kind that this version does not know (\(manifest.schema))")
    }
    let found = files.filter { $0.key != Manifest.name }
    for (name, file) in manifest.files where found[name] != file {
      throw refuse(found[name] == nil ? "'\(name)' is missing from it" : "'\(name)' does not have the checksum that its manifest says")
    }
    if let extra = found.keys.first(where: { manifest.files[$0] == nil }) { throw refuse("'\(extra)' is not in its manifest") }
    return true
  }

  private func tooMuch(_ what: String) -> ArchiveError {
    let gibibytes = max(1, limits.bytes >> 30)
    return ArchiveError(
      "\(path) would \(what)", hints: ["if you trust it, allow more: `RUNPILOT_IMPORT_LIMIT=\(gibibytes * 10)g runpilot import '\(path)'`"])
  }

  private func refuse(_ reason: String) -> ArchiveError {
    ArchiveError("\(path) is refused: \(reason)", hints: ["nothing was imported; ask for a new export of the run"])
  }
}
