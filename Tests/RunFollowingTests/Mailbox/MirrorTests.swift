import Basics
import FoundationEssentials
import Glibc
import ProviderKit
import RunFollowing
import RunPilotTesting
import Synchronization
import Testing
import TrainingModel

@Suite("The mirror of a mailbox")
struct MirrorTests {
  private static func pieces(_ log: [UInt8], _ random: inout some RandomNumberGenerator) -> [(Int64, ArraySlice<UInt8>)] {
    var pieces: [(Int64, ArraySlice<UInt8>)] = []
    var offset = 0
    while offset < log.count {
      let end = min(log.count, offset + Int.random(in: 1...40, using: &random))
      pieces.append((Int64(offset), log[offset..<end]))
      offset = end
    }
    return pieces
  }

  @Test("A run that is over comes home whole: log, metrics, outputs, and the record last, as a record of this home")
  func whole() async throws {
    let far = try FarRun()
    let log = Array("one\ntwo\nthree\n".utf8)
    for (offset, text) in [(0, "one\n"), (4, "two\n"), (8, "three\n")] { try far.put(far.layout.log(at: Int64(offset)), text.utf8) }
    try far.put(far.layout.metrics, "{}".utf8)
    try far.end(log: log, outputs: ["m/model +é.pt": "weights", "empty": ""])
    guard case .ended(let record) = try await far.mirror().run(announces: false) else {
      Issue.record("not ended")
      return
    }
    #expect(record.status == .success && record.warnings.isEmpty && record.runDir == far.folder.path && record.agent == nil)
    #expect(try far.local() == record)
    #expect(try far.log() == log)
    #expect(try Files.readText(far.folder.outputs + "/m/model +é.pt") == "weights")
    #expect(try Files.size(far.folder.outputs + "/empty") == 0)
    #expect(Files.exists(far.folder.metrics))
  }

  @Test(
    "Closed and opened again at any moment, cut off in the middle of a piece or without its mark: every byte of the log, once", .serialized,
    arguments: 0..<40)
  func resumed(seed: UInt64) async throws {
    var random = Chance(seed: seed)
    let far = try FarRun()
    let log = (0..<600).map { _ in UInt8.random(in: 0...255, using: &random) }
    var waiting = Self.pieces(log, &random)[...]
    while !waiting.isEmpty {
      for _ in 0..<Int.random(in: 1...5, using: &random) {
        guard let (offset, bytes) = waiting.popFirst() else { break }
        try far.put(far.layout.log(at: offset), bytes)
      }
      if waiting.isEmpty { try far.end(log: log) }
      try far.put(far.record { $0.status = .running }, at: waiting.isEmpty ? "elsewhere" : far.layout.record)
      let mirror = far.mirror()
      let task = Task { try await mirror.run(announces: false) }
      let target = Int.random(in: 0...Int(waiting.first?.0 ?? Int64(log.count)), using: &random)
      try await eventually { try far.log().count >= target }
      task.cancel()
      _ = try await task.value
      let now = try far.log()
      #expect(now.elementsEqual(log.prefix(now.count)))
      if Bool.random(using: &random), !now.isEmpty, try !far.local().status.isTerminal {
        truncate(far.folder.logs, off_t(Int.random(in: 0...now.count, using: &random)))
      }
      if Int.random(in: 0..<4, using: &random) == 0 { try Files.remove(far.folder.mirror) }
    }
    guard case .ended(let record) = try await far.mirror().run(announces: false) else {
      Issue.record("not ended")
      return
    }
    #expect(try far.log() == log)
    #expect(record.warnings.isEmpty, "\(record.warnings)")
  }

  @Test("The record of another run is not taken, whatever it says")
  func anotherRunsRecord() async throws {
    let far = try FarRun()
    try far.put(far.layout.log(at: 0), "mine\n".utf8)
    try far.put(far.record { ($0.uid, $0.status, $0.reason) = ("another", .success, .exited) }, at: far.layout.record)
    let mirror = far.mirror()
    async let end = mirror.run(announces: false)
    try await eventually { try far.log() == Array("mine\n".utf8) }
    #expect(try !far.local().status.isTerminal && far.local().uid == "u")
    try far.end(log: Array("mine\n".utf8))
    guard case .ended(let record) = try await end else { return #expect(Bool(false)) }
    #expect(record.uid == "u" && record.status == .success)
  }

  @Test("Of two mirrors one works; when it goes the other takes over, and both see the end")
  func two() async throws {
    let far = try FarRun()
    try far.put(far.record { $0.status = .running }, at: far.layout.record)
    try far.put(far.layout.log(at: 0), "first\n".utf8)
    let first = Task { try await far.mirror().run(announces: true) }
    try await eventually { try far.log().count == 6 }
    #expect(Files.exists(far.storePath + "/" + far.layout.follower))
    let second = Task { try await far.mirror().run(announces: false) }
    let third = Task { try await far.mirror().run(announces: false) }
    first.cancel()
    #expect(try await first.value == .cancelled)
    try far.put(far.layout.log(at: 6), "second\n".utf8)
    try await eventually { try far.log().count == 13 }
    try far.end(log: Array("first\nsecond\n".utf8))
    for task in [second, third] {
      guard case .ended(let record) = try await task.value else {
        Issue.record("not ended")
        continue
      }
      #expect(record.status == .success)
    }
    #expect(try far.log() == Array("first\nsecond\n".utf8))
  }

  @Test("A heartbeat that is too old by the store's clock is a lost agent; what it had sent comes home, and the run is closed as asked")
  func lost() async throws {
    let far = try FarRun()
    try far.put(far.record { $0.status = .running }, at: far.layout.record)
    try far.put(far.layout.log(at: 0), "last words\n".utf8)
    try far.put(far.layout.outputs + "checkpoint", "step 7".utf8)
    try far.put(Heartbeat(sequence: 9, at: Date(), status: .running, logBytes: 20, sentBytes: 11, bootID: "b"), at: far.layout.heartbeat)
    let mirror = far.mirror()
    let task = Task { try await mirror.run(announces: false) }
    try await eventually { mirror.lastHeartbeat?.heartbeat.sequence == 9 }
    let old = Int(Date().timeIntervalSince1970) - 181
    utimes(far.storePath + "/" + far.layout.heartbeat, [timeval(tv_sec: old, tv_usec: 0), timeval(tv_sec: old, tv_usec: 0)])
    guard case .lost(let seen) = try await task.value else {
      Issue.record("not lost")
      return
    }
    #expect(seen.age >= .seconds(180) && seen.heartbeat.sequence == 9)
    #expect(try far.local().status == .running)
    let closed = try await mirror.close { ($0.status, $0.reason) = (.failed, .lost) }
    #expect(closed.reason == .lost && closed.warnings.contains { $0.contains("1 files") })
    #expect(try far.local() == closed)
    #expect(try Files.readText(far.folder.outputs + "/checkpoint") == "step 7")
    // Heard of again too late: what is closed stays closed.
    try far.end(log: Array("last words\n".utf8))
    #expect(try await mirror.run(announces: false) == .ended(closed))
  }

  @Test("What turns out to be over is not closed as lost")
  func notLost() async throws {
    let far = try FarRun()
    try far.end(log: [])
    let record = try await far.mirror().close { ($0.status, $0.reason) = (.failed, .lost) }
    #expect(record.status == .success)
  }

  @Test("Outputs that are not what was sent, or would be written elsewhere, are named and not kept")
  func badOutputs() async throws {
    let far = try FarRun()
    try far.end(log: [], outputs: ["good": "good", "bad": "tampered", "gone": "x"]) { manifest in
      manifest.outputs["bad"]?.sha256 = String(repeating: "0", count: 64)
      manifest.outputs["../../escaped"] = manifest.outputs["good"]
      manifest.missing = ["huge: it changed while it was sent"]
    }
    try Files.remove(far.storePath + "/" + far.layout.outputs + "gone")
    guard case .ended(let record) = try await far.mirror().run(announces: false) else { return }
    #expect(record.warnings.count == 4, "\(record.warnings)")
    #expect(try Files.names(in: far.folder.outputs) == ["good"])
    #expect(!Files.exists(far.root.path + "/escaped"))
  }

  @Test("A log that ends too early, or is another, is said to")
  func badLog() async throws {
    for (written, warning) in [("abc", "the last 3 bytes of the log did not come"), ("abcxyz", "the log here is not the one")] {
      let far = try FarRun()
      try far.put(far.layout.log(at: 0), written.utf8)
      try far.end(log: Array("abcdef".utf8))
      guard case .ended(let record) = try await far.mirror().run(announces: false) else { return }
      #expect(record.warnings.count == 1 && record.warnings[0].hasPrefix(warning), "\(record.warnings)")
    }
  }

  @Test("A store that is out is asked again, and that is said; one that refuses is an error")
  func outage() async throws {
    let far = try FarRun()
    try far.put(far.layout.log(at: 0), "x".utf8)
    try far.end(log: Array("x".utf8))
    let count = Mutex(0)
    far.store.fails { _, _ in
      count.withLock { count in
        count += 1
        return count < 7 ? .refused : nil
      }
    }
    let events = Mutex<[MailboxMirror.Event]>([])
    guard case .ended = try await far.mirror().run(announces: true, onEvent: { event in events.withLock { $0.append(event) } }) else {
      return
    }
    #expect(events.withLock { $0.count { $0 == .unreachable("the test's store is out") } } == 6)
  }

  @Test("A wish is an object in the mailbox")
  func wish() async throws {
    let far = try FarRun()
    try await far.mirror().ask(.kill)
    #expect(Files.exists(far.storePath + "/" + far.layout.command(.kill)))
  }
}

/// Chance that repeats (Sebastiano Vigna, splitmix64).
private struct Chance: RandomNumberGenerator {
  private var state: UInt64
  init(seed: UInt64) { state = seed &* 0x9E37_79B9_7F4A_7C15 &+ 3 }
  mutating func next() -> UInt64 {
    state &+= 0x9E37_79B9_7F4A_7C15
    var z = state
    z = (z ^ (z >> 30)) &* 0xBF58_476D_1CE4_E5B9
    z = (z ^ (z >> 27)) &* 0x94D0_49BB_1331_11EB
    return z ^ (z >> 31)
  }
}
