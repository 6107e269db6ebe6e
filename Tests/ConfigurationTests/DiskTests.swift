import Basics
import Configuration
import FoundationEssentials
import Glibc
import Testing

@Suite("Configuration files on the disk")
struct DiskTests {
  @Test("A huge file, a folder and a file without rights are refused without being read")
  func refused() throws {
    let root = "/tmp/runpilot-disk-\(UUID().uuidString)"
    defer { try? Files.removeTree(root) }
    try Files.createFolder(root + "/folder.yaml")
    try Files.writeAtomically(Data(), to: root + "/huge.yaml")
    #expect(truncate(root + "/huge.yaml", 100 << 20) == 0)
    try Files.writeAtomically(Data([0x61, 0, 0xFF]), to: root + "/binary.yaml")
    let context = ConfigurationContext(
      environment: [:], workingFolder: root, home: root + "/home", descriptors: Bench.descriptors, builtInProviders: Bench.builtIn)
    for (name, problem) in [("huge", "too large"), ("folder", "this is a folder"), ("binary", "binary file")] {
      let error = try #require(throws: (any Error).self) { try Configurator(context).resolve("\(name).yaml") }
      #expect(words(error).hasPrefix("\(name).yaml") && words(error).contains(problem), "\(words(error))")
    }
  }

  @Test("A file in a folder that everybody may write to is foreign only when it is another's")
  func foreign() throws {
    let root = "/tmp/runpilot-disk-\(UUID().uuidString)"
    defer { try? Files.removeTree(root) }
    try Files.createFolder(root)
    try Files.writeAtomically(Data("runs: {}".utf8), to: root + "/runpilot.yaml")
    #expect(chmod(root, 0o777) == 0)
    #expect(!FileAccess.disk.isForeign(root + "/runpilot.yaml"))
    // Only root may give a file away; where the tests run as root, a stranger's file can be made.
    guard geteuid() == 0 else { return }
    #expect(chown(root + "/runpilot.yaml", 12_345, 12_345) == 0)
    #expect(FileAccess.disk.isForeign(root + "/runpilot.yaml"))
    #expect(chmod(root, 0o755) == 0)
    #expect(!FileAccess.disk.isForeign(root + "/runpilot.yaml"))
  }
}
