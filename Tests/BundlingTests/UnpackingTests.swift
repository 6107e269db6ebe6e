import Basics
import Bundling
import Glibc
import RunPilotTesting
import Testing
import Unpacking

@Suite("Unpacking without libarchive")
struct UnpackingTests {
  private static func shell(_ script: String, in folder: String) async throws {
    let result = try await Program(
      ["/bin/sh", "-euc", script], environment: ["PATH": "/usr/bin:/bin", "LC_ALL": "C.UTF-8"], workingFolder: folder
    ).wait()
    #expect(result.exitCode == 0, "\(result.stdout)\(result.stderr)")
  }

  private static func tree() throws -> TemporaryFolder {
    let folder = try TemporaryFolder()
    try folder.write("in/train.py", "print(1)\n")
    try folder.write("in/" + String(repeating: "long/", count: 60) + "модель +1.bin", String(repeating: "0123456789", count: 100_000))
    try folder.write("in/" + String(repeating: "n", count: 200), "")
    try folder.write("in/exactly512", String(repeating: "x", count: 512))
    try Files.createFolder(folder.path + "/in/empty/folder")
    #expect(symlink("long/" + String(repeating: "long/", count: 40), folder.path + "/in/link") == 0)
    #expect(chmod(folder.path + "/in/train.py", 0o755) == 0)
    try Files.createFolder(folder.path + "/out")
    return folder
  }

  @Test("Our own bundles come out as they went in")
  func ownBundles() async throws {
    let folder = try Self.tree()
    let bundler = Bundler(cache: folder.path + "/cache")
    try Tarball.unpack(try bundler.pack(bundler.plan(folder.path + "/in")).path, into: folder.path + "/out")
    try await Self.shell("diff -r --no-dereference in out && test -x out/train.py && test ! -x out/exactly512", in: folder.path)
  }

  @Test("Archives of other programs, too", arguments: ["ustar", "posix", "gnu"])
  func others(format: String) async throws {
    let folder = try Self.tree()
    // ustar has no room for names as long as these.
    let less = format == "ustar" ? "rm -r in/long in/link in/nnn*;" : ""
    try await Self.shell("\(less) tar -C in --format=\(format) -czf a.tar.gz .", in: folder.path)
    try Tarball.unpack(folder.path + "/a.tar.gz", into: folder.path + "/out")
    try await Self.shell("diff -r --no-dereference in out", in: folder.path)
  }

  @Test("An archive that is cut off anywhere, or in which a bit is wrong, is refused")
  func damage() async throws {
    let folder = try TemporaryFolder()
    try folder.write("in/a", String(repeating: "some text\n", count: 300))
    try await Self.shell("tar -C in -cf - . | gzip -9 > a.tar.gz", in: folder.path)
    let bytes = Array(try Files.read(folder.path + "/a.tar.gz"))
    for length in stride(from: 1, to: bytes.count, by: 7) {
      try Files.writeAtomically(bytes[0..<length], to: folder.path + "/b.tar.gz")
      #expect(throws: (any Error).self, "\(length) of \(bytes.count) bytes") {
        try Tarball.unpack(folder.path + "/b.tar.gz", into: folder.path + "/out")
      }
    }
    for index in stride(from: 20, to: bytes.count, by: 11) {
      var wrong = bytes
      wrong[index] ^= 0x10
      try Files.writeAtomically(wrong, to: folder.path + "/b.tar.gz")
      // A bit may be wrong and change nothing: in text that repeats, "ten bytes back" and "twenty bytes back" are the same.
      // What counts is that nothing wrong is ever taken for right.
      if (try? Tarball.unpack(folder.path + "/b.tar.gz", into: folder.path + "/right\(index)")) != nil {
        #expect(try Files.read(folder.path + "/right\(index)/a") == Files.read(folder.path + "/in/a"), "byte \(index)")
      }
    }
  }

  @Test(
    "What would leave the folder is refused",
    arguments: [
      "t.addfile(i('../x'))", "t.addfile(i('/tmp/x'))", "t.addfile(i('a/../../x'))", "t.addfile(i('l', tarfile.SYMTYPE, '/etc'))",
      "t.addfile(i('a/l', tarfile.SYMTYPE, '../../x'))", "t.addfile(i('h', tarfile.LNKTYPE, 'a'))", "t.addfile(i('d', tarfile.CHRTYPE))",
    ])
  func escape(code: String) async throws {
    let folder = try TemporaryFolder()
    let script = """
      import tarfile
      def i(name, kind=tarfile.REGTYPE, link=''):
          x = tarfile.TarInfo(name); x.type = kind; x.linkname = link; return x
      t = tarfile.open('a.tar.gz', 'w:gz'); \(code); t.close()
      """
    let python = try await Program(["python3", "-c", script], environment: ["PATH": "/usr/bin:/bin"], workingFolder: folder.path).wait()
    #expect(python.exitCode == 0, "\(python.stderr)")
    #expect(throws: UnpackError.self) { try Tarball.unpack(folder.path + "/a.tar.gz", into: folder.path + "/out") }
    #expect(!Files.exists(folder.path + "/x"))
  }
}
