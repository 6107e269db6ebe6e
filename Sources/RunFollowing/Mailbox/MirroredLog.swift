import Basics
import Cryptography
import FoundationEssentials
import Glibc
import ProviderKit
import TrainingModel

/// The log of a run far away, piece by piece brought home. One process at a time: the holder of the mirror's lock.
///
/// How far it has come is the length of the log itself; `mirror.json` only spares looking at pieces that are here already.
struct MirroredLog {
  private struct Mark: Codable {
    /// The offset of the last piece that was begun.
    var piece: Int64
  }

  private static let parallel = 8
  private let store: any ObjectStore
  private let layout: MailboxLayout
  private let folder: RunFolder
  private var piece: Int64
  /// Bytes of the log here that are of earlier attempts.
  private let start: Int64
  /// How much of this attempt's log is here.
  private(set) var bytes: Int64

  init(store: any ObjectStore, layout: MailboxLayout, folder: RunFolder, start: Int64) throws(SystemError) {
    self.start = start
    self.store = store
    self.layout = layout
    self.folder = folder
    bytes = Files.exists(folder.logs) ? max(0, try Files.size(folder.logs) - start) : 0
    let mark = (try? Files.read(folder.mirror, limit: 4_096)).flatMap { try? JSON.decode(Mark.self, from: $0) }
    let known = mark?.piece ?? 0
    // A log that is shorter than its mark says was cut: look from the beginning.
    piece = known > 0 && known <= bytes ? known : 0
  }

  /// The digest of what is here of this attempt's log.
  func digest() throws -> String {
    guard Files.exists(folder.logs) else { return SHA256.hexDigest(of: []) }
    let file = try Descriptor.open(folder.logs, O_RDONLY)
    guard lseek(file.raw, off_t(start), SEEK_SET) >= 0 else { throw SystemError("read", folder.logs) }
    return try SHA256.hexDigest(ofDescriptor: file.raw, path: folder.logs)
  }

  /// Brings home what is there and not here.
  /// - Returns: whether anything came.
  mutating func pull() async throws -> Bool {
    let before = bytes
    var page: PageToken?
    repeat {
      let listing = try await store.list(prefix: layout.logs, after: piece > 0 ? layout.log(at: piece - 1) : nil, page: page)
      let pieces = listing.objects.compactMap { facts in
        layout.logOffset(of: facts.key).map { (offset: $0, end: $0 + facts.size, key: facts.key) }
      }
      let here = bytes
      let missing = pieces.filter { $0.end > here }
      for start in stride(from: 0, to: missing.count, by: Self.parallel) {
        for (offset, content) in try await fetch(missing[start..<min(start + Self.parallel, missing.count)].map { ($0.offset, $0.key) }) {
          try append(content, at: offset)
        }
      }
      page = listing.next
    } while page != nil
    if bytes > before { try? Files.writeAtomically(try JSON.encode(Mark(piece: piece), compact: true), to: folder.mirror) }
    return bytes > before
  }

  private func fetch(_ pieces: [(Int64, String)]) async throws -> [(Int64, [UInt8])] {
    let store = store
    return try await withThrowingTaskGroup(of: (Int64, [UInt8]).self) { group in
      for (offset, key) in pieces {
        group.addTask { (offset, try await store.get(key, range: nil)?.bytes ?? []) }
      }
      var fetched: [(Int64, [UInt8])] = []
      for try await piece in group { fetched.append(piece) }
      return fetched.sorted { $0.0 < $1.0 }
    }
  }

  /// Adds what of a piece is not here. Behind a gap nothing is added: the piece before it comes with a later listing.
  private mutating func append(_ content: [UInt8], at offset: Int64) throws(SystemError) {
    guard offset <= bytes, offset + Int64(content.count) > bytes else { return }
    let file = try Descriptor.open(folder.logs, O_WRONLY | O_CREAT | O_APPEND)
    try file.writeAll(Array(content[Int(bytes - offset)...]), name: folder.logs)
    bytes = offset + Int64(content.count)
    piece = offset
  }
}
