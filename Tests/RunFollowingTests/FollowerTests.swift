import Basics
import Dispatch
import FoundationEssentials
import Glibc
import RunFollowing
import RunPilotTesting
import Synchronization
import Testing
import TrainingModel

/// A run folder whose agent is this test.
final class FakeRun: Sendable {
  let folder: RunFolder
  private let lock = Mutex<FileLock?>(nil)

  init() throws {
    folder = RunFolder("/tmp/runpilot-follow-\(getpid())-\(UInt32.random(in: 0 ... .max))")
    try Files.createFolder(folder.agentFolder)
    lock.withLock { $0 = try? FileLock.tryAcquire(folder.lock) }
    try write { _ in }
  }

  deinit { try? Files.removeTree(folder.path) }

  func write(_ change: (inout RunRecord) -> Void) throws {
    let spec = RunSpec(name: "n", entrypoint: ["x"], projectFolder: "/", provider: "local")
    var record = RunRecord(
      id: RunID("rp_0001"), uid: "u", spec: spec, runDir: folder.path, createdAt: Date(timeIntervalSince1970: 1_800_000_000))
    change(&record)
    try Files.writeAtomically(try JSON.encode(record), to: folder.record)
  }

  func append(_ bytes: [UInt8]) throws {
    let log = try Descriptor.open(folder.logs, O_WRONLY | O_APPEND | O_CREAT)
    try log.writeAll(bytes, name: folder.logs)
  }

  func die() { lock.withLock { $0 = nil } }
}

/// A mutex that can be shared by reference.
final class Shared<Value: Sendable>: Sendable {
  private let state: Mutex<Value>
  init(_ value: Value) { state = Mutex(value) }
  func withLock<Result>(_ body: (inout Value) -> Result) -> Result { state.withLock { value in body(&value) } }
}

/// Collects what is written to a pipe, on a thread of its own.
final class Collector: Sendable {
  let writer: Int32
  private let reader: Int32
  private let collected = Shared<[UInt8]>([])
  private let done: AsyncStream<Void>.Continuation
  private let ended: AsyncStream<Void>

  init() {
    var ends: [Int32] = [-1, -1]
    pipe2Compat(&ends)
    let reader = ends[0]
    self.reader = reader
    writer = ends[1]
    (ended, done) = AsyncStream.makeStream()
    DispatchQueue(label: "collector").async { [collected, done] in
      var buffer = [UInt8](repeating: 0, count: 65_536)
      while true {
        let count = read(reader, &buffer, buffer.count)
        guard count > 0 else { break }
        collected.withLock { $0 += buffer[0..<count] }
      }
      done.finish()
    }
  }

  func finish() async -> [UInt8] {
    close(writer)
    for await _ in ended {}
    close(reader)
    return collected.withLock { $0 }
  }
}

private func pipe2Compat(_ ends: inout [Int32]) { precondition(pipe(&ends) == 0) }

@Suite("Following a run folder")
struct FollowerTests {
  @Test("copies every byte as the log grows, reports each new state once, and ends with the terminal record")
  func growing() async throws {
    let run = try FakeRun()
    let collector = Collector()
    let seen = Mutex<[String]>([])
    let following = Task {
      try await Follower(run.folder, output: collector.writer).follow { event in
        seen.withLock {
          switch event {
          case .progress(let progress): $0.append(progress.phase)
          case .record(let record): $0.append(record.status.rawValue)
          }
        }
      }
    }
    try Files.writeAtomically(try JSON.encode(RunProgress(phase: "pulling")), to: run.folder.progress)
    var written: [UInt8] = []
    try run.write { $0.status = .running }
    for round in 0..<200 {
      let bytes = [UInt8](repeating: UInt8(round), count: 1 + round * 37)
      try run.append(bytes)
      written += bytes
      if round % 50 == 0 { await Task.yield() }
    }
    try run.write { $0.status = .success }
    guard case .ended(let record) = try await following.value else {
      Issue.record("the follower did not see the end")
      return
    }
    #expect(record.status == .success)
    #expect(await collector.finish() == written)
    let events = seen.withLock { $0 }
    #expect(events.last == "success")
    #expect(Set(events).count == events.count, "\(events)")
  }

  @Test("says that the agent is lost when nobody holds the lock, and not while somebody does")
  func lost() async throws {
    let run = try FakeRun()
    try run.append(Array("half a line".utf8))
    let collector = Collector()
    let following = Task { try await Follower(run.folder, output: collector.writer).follow { _ in } }
    run.die()
    guard case .agentLost(let record) = try await following.value else {
      Issue.record("the loss was not seen")
      return
    }
    #expect(record.status == .queued)
    #expect(await collector.finish() == Array("half a line".utf8))
  }

  @Test("An agent that ends well just as its lock goes free is not lost")
  func endedWhileDying() async throws {
    let run = try FakeRun()
    try run.write { $0.status = .failed }
    run.die()
    guard case .ended = try await Follower(run.folder, output: nil).follow(onEvent: { _ in }) else {
      Issue.record("taken for lost")
      return
    }
  }

  @Test("Cancelling stops following and nothing else", .timeLimit(.minutes(1)))
  func cancelled() async throws {
    let run = try FakeRun()
    let following = Task { try await Follower(run.folder, output: nil).follow { _ in } }
    following.cancel()
    #expect(try await following.value == .cancelled)
    #expect(FileLock.isHeld(run.folder.lock))
  }

  @Test("A reader that goes away ends the copying, not the following")
  func brokenPipe() async throws {
    let run = try FakeRun()
    var ends: [Int32] = [-1, -1]
    pipe2Compat(&ends)
    close(ends[0])
    try run.append([UInt8](repeating: 1, count: 200_000))
    let following = Task { [writer = ends[1]] in try await Follower(run.folder, output: writer).follow { _ in } }
    try run.append([1])
    try run.write { $0.status = .success }
    guard case .ended = try await following.value else {
      Issue.record("did not go on to the end")
      return
    }
    close(ends[1])
  }

  @Test("A damaged record is said to be damaged, with its path")
  func damaged() async throws {
    let run = try FakeRun()
    try Files.writeAtomically(Array("{".utf8), to: run.folder.record)
    await #expect { try await Follower(run.folder, output: nil).follow { _ in } } throws: { error in
      (error as? UnreadableRecord)?.path == run.folder.record
    }
  }

  @Test("The tail begins where a reader of lines would begin it", arguments: 0..<40)
  func tail(_ seed: UInt64) throws {
    let run = try FakeRun()
    var random = Chance(seed: seed)
    let long = seed % 10 == 0
    let text = (0..<Int.random(in: 0...60, using: &random)).map { _ in
      String(repeating: "x", count: Int.random(in: 0...(long ? 9_000 : 5), using: &random))
    }.joined(separator: "\n")
    let bytes = Array((Bool.random(using: &random) ? text + "\n" : text).utf8)
    try run.append(bytes)
    for lines in [0, 1, 2, 7, 1000] {
      let offset = try LogTail.offset(of: run.folder.logs, lines: lines)
      #expect(Array(bytes[Int(offset)...]) == Self.naiveTail(bytes, lines))
    }
  }

  private static func naiveTail(_ bytes: [UInt8], _ lines: Int) -> [UInt8] {
    var pieces = bytes.split(separator: 0x0A, omittingEmptySubsequences: false).map { Array($0) + [0x0A] }
    if pieces.last == [0x0A] { pieces.removeLast() } else if var last = pieces.popLast() { last.removeLast(); pieces.append(last) }
    return Array(pieces.suffix(lines).joined())
  }
}
