import Archiving
import Basics
import Bundling
import FoundationEssentials
import Glibc
import RunPilotTesting
import Testing

@Suite("Bundles")
struct BundlerTests {
  private static func project() throws -> TemporaryFolder {
    let folder = try TemporaryFolder()
    try folder.write("code/train.py", "print(1)\n")
    try folder.write("code/lib/модель +1.py", "x = 1\n")
    try Files.createFolder(folder.path + "/code/empty")
    #expect(symlink("lib/модель +1.py", folder.path + "/code/alias.py") == 0)
    #expect(chmod(folder.path + "/code/train.py", 0o755) == 0)
    return folder
  }

  private static func bundler(_ folder: TemporaryFolder, limit: Int64 = 1 << 30) -> Bundler {
    Bundler(cache: folder.path + "/cache", limit: ByteSize(bytes: limit))
  }

  @Test("The same content gives the same bytes, wherever it lies and whenever it was written; the second time it is found packed")
  func deterministic() throws {
    let (one, two) = (try Self.project(), try Self.project())
    utimes(two.path + "/code/train.py", [timeval(tv_sec: 1_000_000, tv_usec: 0), timeval(tv_sec: 1_000_000, tv_usec: 0)])
    let first = try Self.bundler(one).pack(Self.bundler(one).plan(one.path + "/code"))
    let second = try Self.bundler(two).pack(Self.bundler(two).plan(two.path + "/code/"))
    #expect(first.sha256 == second.sha256)
    #expect(!first.wasCached && !second.wasCached)
    let again = try Self.bundler(one).pack(Self.bundler(one).plan(one.path + "/code"))
    #expect(again.wasCached && again.sha256 == first.sha256 && again.path == first.path)
    #expect(chmod(one.path + "/code/train.py", 0o644) == 0)
    #expect(try Self.bundler(one).pack(Self.bundler(one).plan(one.path + "/code")).sha256 != first.sha256)
  }

  @Test("A cached bundle that was damaged is packed again")
  func damagedCache() throws {
    let folder = try Self.project()
    let bundler = Self.bundler(folder)
    let first = try bundler.pack(bundler.plan(folder.path + "/code"))
    try Files.writeAtomically(Array("rubbish".utf8), to: first.path)
    let second = try bundler.pack(bundler.plan(folder.path + "/code"))
    #expect(!second.wasCached && second.sha256 == first.sha256)
  }

  @Test("What tar finds in it is what was there: names, contents, modes, links, empty folders")
  func unpacked() async throws {
    let folder = try Self.project()
    let bundle = try Self.bundler(folder).pack(Self.bundler(folder).plan(folder.path + "/code"))
    try Files.createFolder(folder.path + "/out")
    let tar = try Program(
      ["tar", "-xzf", bundle.path, "-C", folder.path + "/out"], environment: ["PATH": "/usr/bin:/bin"], workingFolder: "/")
    #expect(try await tar.wait().exitCode == 0)
    let diff = try Program(
      ["diff", "-r", "--no-dereference", folder.path + "/code", folder.path + "/out"], environment: ["PATH": "/usr/bin:/bin"],
      workingFolder: "/")
    let found = try await diff.wait()
    #expect(found.exitCode == 0, "\(found.stdout)\(found.stderr)")
    #expect(access(folder.path + "/out/train.py", X_OK) == 0)
    #expect(access(folder.path + "/out/lib/модель +1.py", X_OK) != 0)
  }

  @Test(
    "What holds secrets stays here, whatever the ignore files say, and is named",
    arguments: [
      ".env", ".env.production", "sub/.ENV", "prod.env", ".envrc", "id_rsa", "deep/id_ed25519", "server.key", "cert.p12", ".netrc",
      "credentials", "Credentials.json", "gcp-credentials.json", "service_account.json", ".ssh/config", ".git-credentials", "vendor/token",
      ".npmrc", "my_accessKeys.csv",
    ])
  func secrets(path: String) throws {
    let folder = try TemporaryFolder()
    try folder.write(path, "secret")
    try folder.write("train.py", "")
    try folder.write(".runpilotignore", "!*\n!**/*\n")
    let plan = try Bundler(cache: folder.path + "/cache", never: NeverPacked(more: ["vendor/token", ".other/"])).plan(folder.path)
    #expect(plan.items.map(\.path) == [".runpilotignore", "train.py"])
    #expect(plan.omissions.count == 1 && path.hasPrefix(plan.omissions.first?.path ?? "?"), "\(plan.omissions)")
  }

  @Test("A private key is known by what is in it; a certificate and a package called credentials go along")
  func keys() throws {
    let folder = try TemporaryFolder()
    try folder.write("a.pem", "Bag Attributes\n-----BEGIN ENCRYPTED PRIVATE KEY-----\nMII")
    try folder.write("odd.txt", "-----BEGIN OPENSSH PRIVATE KEY-----\nb3Bl")
    try folder.write("ca.pem", "-----BEGIN CERTIFICATE-----\nMII")
    try folder.write("credentials/__init__.py", "")
    let plan = try Self.bundler(folder).plan(folder.path)
    #expect(plan.items.map(\.path) == ["ca.pem", "credentials/__init__.py"])
    #expect(plan.omissions.map(\.path) == ["a.pem", "odd.txt"])
    #expect(plan.omissions.allSatisfy { $0.reason == "it holds a private key" })
  }

  @Test("Links that lead out, sockets and pipes are left out by name; version control's own folder without a word")
  func oddities() throws {
    let folder = try TemporaryFolder()
    #expect(symlink("/etc/passwd", folder.path + "/absolute") == 0)
    #expect(symlink("../outside", folder.path + "/up") == 0)
    #expect(symlink("sub/../x", folder.path + "/inside") == 0)
    #expect(mkfifo(folder.path + "/pipe", 0o600) == 0)
    try folder.write(".git/config", "")
    let plan = try Self.bundler(folder).plan(folder.path)
    #expect(plan.items.map(\.path) == ["inside"])
    #expect(plan.omissions.map(\.path) == ["absolute", "pipe", "up"])
  }

  @Test("Too much is refused while looking, with what is largest and what to write")
  func sizeGuard() throws {
    let folder = try TemporaryFolder()
    try folder.write("small", "x")
    // A hole costs nothing to make and nothing to look at.
    try folder.write("data/huge.bin", "")
    #expect(truncate(folder.path + "/data/huge.bin", 6 << 30) == 0)
    let error = #expect(throws: BundleError.self) { try Bundler(cache: folder.path + "/c").plan(folder.path) }
    #expect(error?.message.contains("more than 5 GiB") ?? false)
    #expect(error?.message.contains("data/huge.bin (6 GiB)") ?? false)
    #expect(error?.hints.first?.contains(".runpilotignore") ?? false)
    try folder.write(".runpilotignore", "/data/")
    #expect(try Bundler(cache: folder.path + "/c").plan(folder.path).ignored == 1)
  }

  @Test("A file that changes between the look and the packing is noticed", arguments: ["longer than it was", "gone", "same!"])
  func changing(to text: String) throws {
    let folder = try TemporaryFolder()
    try folder.write("a", "12345")
    try folder.write("b", "x")
    let bundler = Self.bundler(folder)
    let plan = try bundler.plan(folder.path)
    if text == "same!" {
      // Of the same size: seen only by the digests of both readings, so the archive is written with another's digest.
      #expect(
        try ArchiveWriter.write(
          [.init("a", .file(folder.path + "/a", sha256: String(repeating: "0", count: 64)))], modified: 0, to: folder.path + "/x.tar.gz")
          == "a")
      #expect(!Files.exists(folder.path + "/x.tar.gz"))
    } else if text == "gone" {
      try Files.remove(folder.path + "/a")
      #expect(throws: (any Error).self) { try bundler.pack(plan) }
    } else {
      try folder.write("a", text)
      let error = #expect(throws: BundleError.self) { try bundler.pack(plan) }
      #expect(error?.message == "\(folder.path)/a changed while it was packed")
    }
  }

  @Test("The cache keeps the bundles that were used last")
  func pruning() throws {
    let folder = try TemporaryFolder()
    let bundler = Bundler(cache: folder.path + "/cache", kept: 2)
    var last = ""
    for round in 0..<4 {
      try folder.write("code/a", "\(round)")
      last = try bundler.pack(bundler.plan(folder.path + "/code")).path
      utimes(last, [timeval(tv_sec: 1_000_000 + round, tv_usec: 0), timeval(tv_sec: 1_000_000 + round, tv_usec: 0)])
    }
    #expect(try Files.names(in: folder.path + "/cache").count == 2)
    #expect(Files.exists(last))
  }
}
