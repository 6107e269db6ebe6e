public import Basics
import Glibc
import Synchronization

/// A folder of a test's own, gone with the value that made it, and at the latest with the tests.
public final class TemporaryFolder: Sendable {
  /// Absolute path; short, so that sockets fit into it.
  public let path: String

  /// Makes an empty folder.
  public init() throws(SystemError) {
    path = "/tmp/rp-test-\(getpid())-\(UInt32.random(in: 0 ... .max))"
    try Files.createFolder(path)
    Leftovers.shared.add(path)
  }

  deinit {
    try? Files.removeTree(path)
    Leftovers.shared.remove(path)
  }

  /// Writes a text file below the folder; missing parents are made.
  public func write(_ name: String, _ text: String) throws {
    let file = path + "/" + name
    try Files.createFolder(Paths.parent(of: file))
    try Files.writeAtomically(Array(text.utf8), to: file)
  }
}

/// Folders that are still there. What goes on for as long as its process lives, as a program's own loops do, holds its folder to the end.
private final class Leftovers: Sendable {
  static let shared = Leftovers()
  private let paths = Mutex<Set<String>>([])

  private init() {
    atexit { for path in Leftovers.shared.paths.withLock({ $0 }) { try? Files.removeTree(path) } }
  }

  func add(_ path: String) { paths.withLock { _ = $0.insert(path) } }
  func remove(_ path: String) { paths.withLock { _ = $0.remove(path) } }
}
