import Basics
import FolderStorage
import FoundationEssentials
import Glibc
import ProviderKit
import RunPilotTesting
import Testing

/// A folder behind the agent's `--store`, as ssh would reach it.
@Suite("A mailbox's folder on another machine")
struct RemoteFolderTests {
  // As the programs do when they start: a pipe whose reader is gone is an error, not the end.
  init() { signal(SIGPIPE, SIG_IGN) }

  private func way(to root: String, program: String, environment: [String: String] = ["PATH": "/usr/bin:/bin"]) throws
    -> RemoteFolderStore.Way
  {
    let agent = try BuiltProducts.path("runpilot-agent")
    return RemoteFolderStore.Way(
      command: ["sh", "-c", "exec \(ShellWord.quoted(program)) --store \(ShellWord.quoted(root))"],
      install: ["sh", "-c", "cat > \(ShellWord.quoted(program)) && chmod 700 \(ShellWord.quoted(program))"], program: { agent },
      environment: environment, name: "there")
  }

  @Test("it answers as the folder itself does: the program is brought there first, and what is large goes as it comes")
  func same() async throws {
    let folder = try TemporaryFolder()
    let root = folder.path + "/mail box's"
    let far = RemoteFolderStore(root, by: try way(to: root, program: folder.path + "/agent"))
    let near = FolderStore(root)
    #expect(try await far.get("a/none", range: nil) == nil)
    let put = try await far.put("a/one", Array("hello".utf8), condition: .ifAbsent)
    #expect(try await near.head("a/one") == put)
    #expect(try await far.get("a/one", range: 1..<3)?.bytes == Array("el".utf8))
    let conflict = await #expect(throws: ProviderError.self) { try await far.put("a/one", [1], condition: .ifAbsent) }
    #expect(conflict?.code == .conflict)
    // A key that is none: what follows the question is passed over, and the next question is understood.
    let wrong = await #expect(throws: ProviderError.self) {
      try await far.put("../out", Array(repeating: 7, count: 300_000), condition: .always)
    }
    #expect(wrong?.code == .invalidRequest && !Files.exists(folder.path + "/out"))
    let large = folder.path + "/large"
    try Files.writeAtomically((0..<3_000_000).map { UInt8(truncatingIfNeeded: $0 &* 31) }, to: large)
    #expect(try await far.upload(file: large, to: "b/large").size == 3_000_000)
    let refused = await #expect(throws: ProviderError.self) { try await far.upload(file: large, to: "../out") }
    #expect(refused?.code == .invalidRequest)
    _ = try await far.download("b/large", to: folder.path + "/back")
    #expect(try Files.read(folder.path + "/back") == Files.read(large))
    #expect(try await far.list(prefix: "", after: nil, page: nil).objects.map(\.key) == ["a/one", "b/large"])
    try await far.delete(["a/one", "b/large"])
    #expect(try await far.list(prefix: "", after: nil, page: nil).objects.isEmpty)
    // Nobody else may read what is there.
    var info = stat()
    #expect(stat(root + "/a", &info) == 0 && info.st_mode & 0o077 == 0)
  }

  @Test("a connection that is lost in the middle is an error of unknown effect, and the next question opens another")
  func lost() async throws {
    let folder = try TemporaryFolder()
    let root = folder.path + "/mail"
    let agent = try BuiltProducts.path("runpilot-agent")
    let broken = ["sh", "-c", "if [ -e \(folder.path)/broken ]; then read x; exit 255; fi; exec \(agent) --store \(root)"]
    let far = RemoteFolderStore(
      root,
      by: RemoteFolderStore.Way(
        command: broken, install: ["false"], program: { agent }, environment: ["PATH": "/usr/bin:/bin"], name: "there"))
    try Files.writeAtomically([UInt8](), to: folder.path + "/broken")
    let error = await #expect(throws: ProviderError.self) { try await far.put("a", [1, 2], condition: .always) }
    #expect(error?.code == .unreachable && error?.effect == .unknown)
    try Files.remove(folder.path + "/broken")
    #expect(try await far.put("a", [1, 2], condition: .always).size == 2)
  }
}
