import Basics
import FoundationEssentials
import Glibc
import RunFollowing
import Subprocessing
import Synchronization
import Testing
import TrainingModel

@Suite("Following runs that a real agent carries")
struct FollowingTests {
  /// Follows into a file, and gives what arrived.
  private func follow(_ folder: RunFolder, tail: Int? = nil, into path: String, events: Events = Events()) async throws -> Follower.End {
    let file = try Descriptor.open(path, O_WRONLY | O_CREAT | O_TRUNC)
    return try await Follower(folder, output: file.raw, tail: tail).follow { events.add($0) }
  }

  final class Events: Sendable {
    private let seen = Mutex<[Follower.Event]>([])
    func add(_ event: Follower.Event) { seen.withLock { $0.append(event) } }
    var statuses: [RunStatus] {
      seen.withLock { $0.compactMap { if case .record(let record) = $0 { record.status } else { nil } } }
    }
    var phases: [String] {
      seen.withLock { $0.compactMap { if case .progress(let progress) = $0 { progress.phase } else { nil } } }
    }
  }

  @Test("A follower sees every byte and every state, whenever it begins")
  func everything() async throws {
    try await withAgent("echo job; while [ ! -e go ]; do sleep 0.01; done; seq 1 100000") {
      $0.setup = ["while [ ! -e prepared ]; do sleep 0.01; done; echo ready"]
    } _: {
      agent in
      let child = try agent.start()
      let events = Events()
      async let end = follow(agent.folder, into: agent.root + "/early", events: events)
      try await agent.wait("the follower tells of the preparation") { events.phases == ["setup"] }
      try Files.writeAtomically(Data(), to: agent.root + "/lab/prepared")
      try await agent.wait("the follower shows the job's first line") {
        (try? Files.readText(agent.root + "/early"))?.contains("job") ?? false
      }
      try Files.writeAtomically(Data(), to: agent.root + "/lab/go")
      guard case .ended(let record) = try await end else {
        Issue.record("not ended")
        return
      }
      #expect(record.status == .success)
      #expect(events.statuses.last == .success)
      #expect(Set(events.statuses).isSuperset(of: [.running, .success]))
      _ = await child.wait()
      #expect(try Files.read(agent.root + "/early") == Files.read(agent.folder.logs))
      #expect(try await follow(agent.folder, into: agent.root + "/late") == .ended(record))
      #expect(try Files.read(agent.root + "/late") == Files.read(agent.folder.logs))
      #expect(try await follow(agent.folder, tail: 2, into: agent.root + "/tail") == .ended(record))
      #expect(try Files.readText(agent.root + "/tail") == "99999\n100000\n")
    }
  }

  @Test("A killed agent is noticed, and what it had recorded is shown")
  func lost() async throws {
    try await withAgent("echo words; exec sleep 600") { agent in
      let child = try agent.start()
      try await agent.wait("the job has spoken") { (try? agent.log()) == "words\n" && (try? agent.recordNow().status) == .running }
      async let end = follow(agent.folder, into: agent.root + "/shown")
      child.signal(SIGKILL)
      guard case .agentLost(let record) = try await end else {
        Issue.record("not lost")
        return
      }
      #expect(record.status == .running)
      #expect(try Files.readText(agent.root + "/shown") == "words\n")
    }
  }

  @Test("A reader that goes away ends the copy, not the following")
  func brokenPipe() async throws {
    try await withAgent("seq 1 100000; while [ ! -e go ]; do sleep 0.01; done") { agent in
      var pipe: [Int32] = [-1, -1]
      try #require(Glibc.pipe(&pipe) == 0)
      for end in pipe { _ = fcntl(end, F_SETFD, FD_CLOEXEC) }
      let child = try agent.start()
      let output = pipe[1]
      async let end = Follower(agent.folder, output: output).follow { _ in }
      var bytes = [UInt8](repeating: 0, count: 100)
      #expect(read(pipe[0], &bytes, 100) > 0)
      close(pipe[0])
      try Files.writeAtomically(Data(), to: agent.root + "/lab/go")
      guard case .ended(let record) = try await end else {
        Issue.record("not ended")
        return
      }
      close(output)
      #expect(record.status == .success)
      _ = await child.wait()
    }
  }

  @Test("Cancelling ends the following and leaves the run alone")
  func cancelling() async throws {
    try await withAgent("echo ready; while [ ! -e go ]; do sleep 0.01; done") { agent in
      let child = try agent.start()
      let following = Task { try await follow(agent.folder, into: agent.root + "/shown") }
      try await agent.wait("the follower follows") { (try? Files.readText(agent.root + "/shown")) == "ready\n" }
      following.cancel()
      #expect(try await following.value == .cancelled)
      try Files.writeAtomically(Data(), to: agent.root + "/lab/go")
      #expect(await child.wait() == .exited(0))
      #expect(try agent.recordNow().status == .success)
    }
  }

  @Test(
    "The last lines of a log begin where they begin",
    arguments: [
      ("", 3, 0), ("a", 1, 0), ("a\n", 1, 0), ("a\nb", 1, 2), ("a\nb\n", 1, 2), ("a\nb\n", 2, 0), ("a\nb\n", 9, 0), ("a\nb\n", 0, 4),
      ("\n\n\n", 2, 1),
    ])
  func tails(text: String, lines: Int, offset: Int64) throws {
    let path = "/tmp/rp-tail-\(getpid())-\(UInt32.random(in: 0 ... .max))"
    try Files.writeAtomically(Data(text.utf8), to: path)
    defer { try? Files.remove(path) }
    #expect(try LogTail.offset(of: path, lines: lines) == offset)
    // The same behind a line that is longer than a block, as far as the lines asked for are in the text.
    let count = text.split(separator: "\n", omittingEmptySubsequences: false).count - (text.hasSuffix("\n") || text.isEmpty ? 1 : 0)
    guard lines <= count else { return }
    try Files.writeAtomically(Data((String(repeating: "x", count: 200_000) + "\n" + text).utf8), to: path)
    #expect(try LogTail.offset(of: path, lines: lines) == offset + 200_001)
  }
}
