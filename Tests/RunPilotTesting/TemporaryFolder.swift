public import Basics
import Glibc

/// A folder of a test's own, gone with the value that made it.
public final class TemporaryFolder: Sendable {
  /// Absolute path; short, so that sockets fit into it.
  public let path: String

  /// Makes an empty folder.
  public init() throws(SystemError) {
    path = "/tmp/rp-test-\(getpid())-\(UInt32.random(in: 0 ... .max))"
    try Files.createFolder(path)
  }

  deinit { try? Files.removeTree(path) }

  /// Writes a text file below the folder; missing parents are made.
  public func write(_ name: String, _ text: String) throws {
    let file = path + "/" + name
    try Files.createFolder(Paths.parent(of: file))
    try Files.writeAtomically(Array(text.utf8), to: file)
  }
}
