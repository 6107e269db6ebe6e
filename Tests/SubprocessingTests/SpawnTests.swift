import Basics
import FoundationEssentials
import Glibc
import Subprocessing
import Testing

/// What a shell has to find its programs, and nothing of the tester's own.
let plainEnvironment = ["PATH": "/usr/local/sbin:/usr/local/bin:/usr/sbin:/usr/bin:/sbin:/bin"]

func shell(_ script: String, limit: Int = 1 << 20, deadline: Duration = .seconds(60)) -> Command {
  Command(["sh", "-c", script], environment: plainEnvironment, limit: limit, deadline: deadline)
}

/// A folder that goes away with the test.
func withTemporaryFolder<Result>(_ body: (String) async throws -> Result) async throws -> Result {
  let folder = "/tmp/rp-subprocessing-\(getpid())-\(UInt32.random(in: 0 ... .max))"
  try Files.createFolder(folder)
  defer { try? Files.removeTree(folder) }
  return try await body(folder)
}

@Suite("Starting processes")
struct SpawnTests {
  @Test(
    "A child's end is its own code or signal",
    arguments: [("exit 0", ProcessEnd.exited(0)), ("exit 3", .exited(3)), ("kill -9 $$", .signalled(9))])
  func ends(script: String, expected: ProcessEnd) async throws {
    let child = try Child.spawn(SpawnRequest(["sh", "-c", script], environment: plainEnvironment))
    #expect(await child.wait() == expected)
    #expect(await child.wait() == expected, "asking again gives the same answer")
    #expect(child.signal(SIGTERM) == false, "a reaped child cannot be signalled")
  }

  @Test("A child gets its environment, folder and arguments, and nothing else")
  func inheritance() async throws {
    let script = #"echo "$0|$1|$ONLY|$HOME|$(pwd)"; ls /proc/self/fd | tr '\n' ' '"#
    var command = Command(["sh", "-c", script, "name with space", "ü"], environment: plainEnvironment.merging(["ONLY": "me"]) { $1 })
    command.request.workingFolder = "/usr"
    let outcome = try await command.run()
    #expect(outcome.text == "name with space|ü|me||/usr\n0 1 2 3", "3 is the folder that ls itself reads")
  }

  @Test("Descriptors arrive under the numbers asked for, also when those cross")
  func descriptors() async throws {
    let (first, second) = (try pipe(), try pipe())
    defer { for end in [first.reader, second.reader] { close(end) } }
    // The child's number of the second pipe is the parent's number of the first. (A plain sh takes one digit only.)
    let script = "printf one >&\(second.writer); printf two >&\(first.writer)"
    var request = SpawnRequest(["bash", "-c", script], environment: plainEnvironment)
    request.descriptors = [second.writer: first.writer, first.writer: second.writer]
    let child = try Child.spawn(request)
    close(first.writer)
    close(second.writer)
    #expect(await child.wait() == .exited(0))
    #expect(readAll(first.reader) == "one")
    #expect(readAll(second.reader) == "two")
  }

  @Test("A child starts with no signal blocked or ignored, whatever its parent does")
  func signals() async throws {
    // Signals 32 and 33 belong to the C library, which ignores them in every child.
    let outcome = try await shell("grep -E 'Sig(Blk|Ign)' /proc/self/status | cut -f2").run()
    let masks = outcome.text.split(separator: "\n").compactMap { UInt64($0, radix: 16) }
    #expect(masks.map { $0 & 0x7FFF_FFFF } == [0, 0])
  }

  @Test("A group of its own, or a session of its own")
  func placement() async throws {
    for (placement, isSession) in [(SpawnRequest.Placement.ownGroup, false), (.ownSession, true)] {
      let child = try Child.spawn(SpawnRequest(["sleep", "60"], environment: plainEnvironment, placement: placement))
      let entry = try #require(ProcessTable().entry(child.pid))
      #expect(entry.group == child.pid)
      #expect((entry.session == child.pid) == isSession)
      child.signalGroup(SIGKILL)
      #expect(await child.wait() == .signalled(SIGKILL))
    }
  }

  @Test("A group signal reaches the children of the child")
  func groupSignal() async throws {
    let ends = try pipe()
    var request = SpawnRequest(["sh", "-c", "sleep 60 & sleep 60 & wait"], environment: plainEnvironment)
    request.descriptors = [1: ends.writer]
    let child = try Child.spawn(request)
    close(ends.writer)
    while ProcessTable().descendants(of: child.pid).count < 2 { try await Task.sleep(for: .milliseconds(5)) }
    child.signalGroup(SIGKILL)
    _ = await child.wait()
    #expect(readAll(ends.reader) == "", "the pipe ends once nobody of the group holds it")
    close(ends.reader)
  }

  @Test("A child that nobody waits for is reaped all the same")
  func reapsAlone() async throws {
    let pid = try Child.spawn(SpawnRequest(["true"], environment: plainEnvironment)).pid
    for _ in 0..<3_000 where ProcessTable().entry(pid)?.parent == getpid() { try await Task.sleep(for: .milliseconds(10)) }
    #expect(ProcessTable().entry(pid)?.parent != getpid())
  }

  private func pipe() throws -> (reader: Int32, writer: Int32) {
    var ends: [Int32] = [-1, -1]
    try #require(Glibc.pipe(&ends) == 0)
    for end in ends { _ = fcntl(end, F_SETFD, FD_CLOEXEC) }
    return (ends[0], ends[1])
  }

  private func readAll(_ descriptor: Int32) -> String {
    var bytes: [UInt8] = []
    var buffer = [UInt8](repeating: 0, count: 4096)
    while true {
      let count = buffer.withUnsafeMutableBytes { read(descriptor, $0.baseAddress, $0.count) }
      guard count > 0 else { return String(decoding: bytes, as: UTF8.self) }
      bytes += buffer[0..<count]
    }
  }
}
