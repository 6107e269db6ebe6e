import Basics
import FoundationEssentials
import Glibc
import Testing

@Suite("Files")
final class FilesTests {
  private let folder: String

  init() throws {
    folder = "/tmp/runpilot-files-\(getpid())-\(UInt32.random(in: 0 ... .max))"
    try Files.createFolder(folder + "/a/b")
  }

  deinit { try? Files.removeTree(folder) }

  @Test("A replaced file is never seen half, by any number of readers")
  func atomicReplacement() async throws {
    let path = folder + "/record.json"
    let old = [UInt8](repeating: 0x61, count: 300_000)
    let new = [UInt8](repeating: 0x62, count: 200_000)
    try Files.writeAtomically(old, to: path)
    try await withThrowingTaskGroup(of: Bool.self) { group in
      for _ in 0..<3 {
        group.addTask {
          for _ in 0..<60 {
            let seen = try Files.read(path)
            guard let first = seen.first, seen.allSatisfy({ $0 == first }), seen.count == (first == 0x61 ? 300_000 : 200_000) else {
              return false
            }
          }
          return true
        }
      }
      for round in 0..<60 { try Files.writeAtomically(round % 2 == 0 ? new : old, to: path) }
      for try await whole in group { #expect(whole) }
    }
    #expect(try Files.names(in: folder).sorted() == ["a", "record.json"], "no temporary file is left")
  }

  @Test("A failed replacement leaves the old file and nothing else")
  func failedReplacement() throws {
    #expect(throws: SystemError.self) { try Files.writeAtomically([1], to: folder + "/missing/x") }
    let target = folder + "/a"
    #expect(throws: SystemError.self) { try Files.writeAtomically([1], to: target) }
    #expect(try Files.names(in: folder) == ["a"])
    #expect(Files.isFolder(target + "/b"))
  }

  @Test("A file that holds secrets is readable by its owner alone, whatever the umask")
  func mode() throws {
    try Files.writeAtomically(Array("k".utf8), to: folder + "/secret", mode: 0o600)
    var info = stat()
    #expect(stat(folder + "/secret", &info) == 0)
    #expect(info.st_mode & 0o777 == 0o600)
  }

  @Test("Reading says what is wrong: a folder, a missing file, one that is too large")
  func readErrors() throws {
    #expect { try Files.read(folder) } throws: { ($0 as? SystemError)?.code == EISDIR }
    #expect { try Files.read(folder + "/none") } throws: { ($0 as? SystemError)?.exitCode == .notFound }
    try Files.writeAtomically([UInt8](repeating: 0, count: 100), to: folder + "/big")
    #expect { try Files.read(folder + "/big", limit: 99) } throws: { ($0 as? SystemError)?.code == EFBIG }
    #expect(try Files.read(folder + "/big", limit: 100).count == 100)
  }

  @Test("Removing a tree does not follow links out of it")
  func removeTree() throws {
    try Files.writeAtomically([1], to: folder + "/keep")
    #expect(symlink(folder + "/keep", folder + "/a/link") == 0)
    #expect(symlink(folder, folder + "/a/up") == 0)
    try Files.removeTree(folder + "/a")
    #expect(try Files.names(in: folder) == ["keep"])
    try Files.removeTree(folder + "/a")
  }

  @Test("A lock has one holder, and lives on in a descriptor that was handed over")
  func locks() throws {
    let path = folder + "/lock"
    #expect(!FileLock.isHeld(path))
    var lock = try FileLock.tryAcquire(path)
    #expect(lock != nil)
    #expect(try FileLock.tryAcquire(path) == nil)
    #expect(FileLock.isHeld(path))
    let inherited = dup(try #require(lock).descriptor)
    lock = nil
    #expect(FileLock.isHeld(path), "the duplicate, as in a child, still holds it")
    close(inherited)
    #expect(!FileLock.isHeld(path))
  }

  @Test(
    "Paths are resolved by spelling",
    arguments: [
      ("x", "/b/x"), ("./x/../y", "/b/y"), ("../x", "/x"), ("/abs//p/", "/abs/p"), ("~/k", "/home/u/k"), ("~", "/home/u"), ("..", "/"),
      ("../../..", "/"),
    ])
  func paths(_ path: String, _ resolved: String) { #expect(Paths.resolve(path, from: "/b", home: "/home/u") == resolved) }

  @Test("Parents and names", arguments: [("/a/b", "/a", "b"), ("/a", "/", "a"), ("a", ".", "a"), ("/a/b/", "/a", "b"), ("/", "/", "/")])
  func parents(_ path: String, _ parent: String, _ name: String) {
    #expect(Paths.parent(of: path) == parent)
    #expect(Paths.name(of: path) == name)
  }
}
