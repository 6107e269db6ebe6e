import Basics
import Cryptography
import Glibc
import HTTPTransport
import Synchronization

/// A file on its way down: beside its target, under a name of its own, locked by whoever writes it.
///
/// Behind the place of the object's last byte stands a journal: which version this is, and the sum of every piece that is there. What is found
/// after a crash is read and summed again before it is believed; so nothing has to be written twice, and nothing has to be synced.
final class PartialFile: Sendable {
  /// How the names of such files end; they begin with a dot.
  static let suffix = ".runpilot-part"

  let file: HTTPFile
  private let path: String
  /// Whether the name is the one that the next attempt looks for.
  private let isFindable: Bool
  private let pieces = Atomic(0)

  private init(_ file: HTTPFile, _ path: String, isFindable: Bool) {
    self.file = file
    self.path = path
    self.isFindable = isFindable
  }

  /// Opens what an earlier attempt left, or something new. One that somebody else is writing is left to him.
  static func beside(_ target: String) throws(SystemError) -> PartialFile {
    let name = Paths.name(of: target)
    // A name has at most 255 bytes.
    let stem = Paths.parent(of: target) + "/." + (name.utf8.count < 220 ? name : SHA256.hexDigest(of: name.utf8))
    // Twice, because somebody may have finished, and renamed what we opened, before we got his lock.
    for _ in 0..<2 {
      guard let file = try? HTTPFile(opening: stem + suffix, O_RDWR | O_CREAT | O_NOFOLLOW) else { break }
      guard flock(file.raw, LOCK_EX | LOCK_NB) == 0 else { break }
      if isOurs(file, stem + suffix) { return PartialFile(file, stem + suffix, isFindable: true) }
    }
    let path = stem + "." + String(UInt32.random(in: 0 ... .max), radix: 36) + suffix
    return PartialFile(try HTTPFile(opening: path, O_RDWR | O_CREAT | O_EXCL), path, isFindable: false)
  }

  /// Whether the path still leads to this file, and no other path and no other user does.
  private static func isOurs(_ file: HTTPFile, _ path: String) -> Bool {
    var opened = stat()
    var named = stat()
    guard fstat(file.raw, &opened) == 0, lstat(path, &named) == 0 else { return false }
    return opened.st_ino == named.st_ino && opened.st_dev == named.st_dev && opened.st_nlink == 1 && opened.st_uid == geteuid()
      && opened.st_mode & S_IFMT == S_IFREG
  }

  /// Makes the file what the object is: exactly so long, and under its name.
  func finish(_ size: Int64, as target: String) throws(SystemError) {
    guard ftruncate(file.raw, off_t(size)) == 0 else { throw SystemError("write", path) }
    try Files.rename(path, to: target)
  }

  /// Leaves the file to a later attempt that can use what is in it, or takes it away.
  func abandon(keeping: Bool) {
    if !keeping || !isFindable || pieces.load(ordering: .relaxed) == 0 { try? Files.remove(path) }
  }

  /// Says that there is one piece more which a later attempt can use.
  func holdsPiece() { pieces.add(1, ordering: .relaxed) }

  /// Drops what is in the file.
  func empty() throws(SystemError) {
    pieces.store(0, ordering: .relaxed)
    var facts = stat()
    // ext4 writes a file that was ever made empty to the disk when it is closed, and whoever closes it waits for that.
    if fstat(file.raw, &facts) == 0, facts.st_size == 0 { return }
    guard ftruncate(file.raw, 0) == 0 else { throw SystemError("write", path) }
  }
}
