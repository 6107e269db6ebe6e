import Basics
import Glibc

extension RunStore {
  /// How long a half-made folder is left alone. Its maker holds a lock for most of that time, but not for all of it, and an import holds none.
  private static let respite = 24 * 3600

  /// Removes what crashes left behind: half-made and half-deleted folders that nobody holds and nobody has touched for a day. Best effort.
  /// - Parameters:
  ///   - names: what stands in the runs' folder.
  ///   - now: the time by that file system's clock, in seconds since 1970.
  func removeLeftovers(among names: [String], now: Int) {
    for name in names where [".new-", ".trash-", ".import-"].contains(where: name.hasPrefix) {
      let path = runsFolder + "/" + name
      var info = stat()
      guard stat(path, &info) == 0, now - info.st_mtim.tv_sec > Self.respite, !FileLock.isHeld(path + "/agent.lock") else { continue }
      try? Files.removeTree(path)
    }
  }
}
