import Basics
import FoundationEssentials
import RunPilotTesting
import Testing
import TrainingModel

@testable import RunAgent

@Suite("What a courier sends when")
struct ScheduleTests {
  /// A store that keeps pieces as a real one does, and may lose requests and answers.
  private struct Pieces {
    var pieces: [Int64: ArraySlice<UInt8>] = [:]
    var joined: [UInt8]? {
      var bytes: [UInt8] = []
      for (offset, piece) in pieces.sorted(by: { $0.key < $1.key }) {
        guard offset == bytes.count else { return nil }
        bytes += piece
      }
      return bytes
    }
  }

  @Test(
    "Whatever is lost on the way, the pieces come to the log: no byte is missing, none is there twice, no piece ever changes",
    arguments: 0..<200)
  func exactlyOnce(seed: UInt64) throws {
    var random = Chance(seed: seed)
    var pace = CourierPace()
    pace.longestPiece = 50
    pace.followedBytes = 20
    pace.unfollowedBytes = 80
    var store = Pieces()
    var log: [UInt8] = []
    var schedule = LogSchedule(pace: pace)
    var now = Duration.zero
    for step in 0..<400 {
      let isClosing = step > 300
      if !isClosing, Bool.random(using: &random) {
        log += (0..<Int.random(in: 0...60, using: &random)).map { _ in UInt8.random(in: 0...255, using: &random) }
      }
      now += .milliseconds(Int.random(in: 0...900, using: &random))
      guard
        let piece = schedule.next(
          size: Int64(log.count), isFollowed: Bool.random(using: &random), isClosing: isClosing, at: now)
      else { continue }
      #expect(!piece.isEmpty && piece.count <= 50)
      let bytes = log[Int(piece.lowerBound)..<Int(piece.upperBound)]
      let outage = !isClosing && step % 100 > 60
      switch outage ? Int.random(in: 0...1, using: &random) : Int.random(in: 0...5, using: &random) {
      case 0: schedule.failed(at: now, chance: 0.5)
      case 1:
        // The request arrived, the answer did not.
        if store.pieces[piece.lowerBound] == nil { store.pieces[piece.lowerBound] = bytes }
        schedule.failed(at: now, chance: 0.5)
      default:
        if let there = store.pieces[piece.lowerBound] {
          #expect(there == bytes, "a piece that was sent again is the same")
        }
        store.pieces[piece.lowerBound] = bytes
        schedule.succeeded(upTo: piece.upperBound)
      }
      if step % 97 == 0 {
        // The agent died and another takes over: it asks the store how far the first had come.
        schedule = LogSchedule(sent: store.pieces.map { $0.key + Int64($0.value.count) }.max() ?? 0, pace: pace)
      }
    }
    for _ in 0..<200 where !schedule.isComplete(size: Int64(log.count)) {
      now += .seconds(40)
      guard let piece = schedule.next(size: Int64(log.count), isFollowed: false, isClosing: true, at: now) else { continue }
      store.pieces[piece.lowerBound] = log[Int(piece.lowerBound)..<Int(piece.upperBound)]
      schedule.succeeded(upTo: piece.upperBound)
    }
    #expect(store.joined == log)
  }

  @Test("Followed, bytes wait a second or until there are 256 KiB; otherwise ten seconds; at the end not at all")
  func pace() {
    var schedule = LogSchedule(pace: CourierPace())
    #expect(schedule.next(size: 10, isFollowed: true, isClosing: false, at: .seconds(0)) == nil)
    #expect(schedule.next(size: 10, isFollowed: true, isClosing: false, at: .milliseconds(900)) == nil)
    #expect(schedule.next(size: 12, isFollowed: false, isClosing: false, at: .seconds(9)) == nil)
    #expect(schedule.next(size: 12, isFollowed: true, isClosing: false, at: .seconds(1)) == 0..<12)
    schedule.succeeded(upTo: 12)
    #expect(schedule.next(size: 12, isFollowed: true, isClosing: true, at: .seconds(60)) == nil)
    #expect(schedule.next(size: 12 + 262_144, isFollowed: true, isClosing: false, at: .seconds(60)) == 12..<262_156)
    schedule.succeeded(upTo: 262_156)
    #expect(schedule.next(size: 262_157, isFollowed: false, isClosing: false, at: .seconds(61)) == nil)
    #expect(schedule.next(size: 262_157, isFollowed: false, isClosing: false, at: .seconds(71)) == 262_156..<262_157)
    schedule.succeeded(upTo: 262_157)
    #expect(schedule.next(size: 262_158, isFollowed: false, isClosing: true, at: .seconds(72)) == 262_157..<262_158)
    #expect(!schedule.isComplete(size: 262_158))
  }

  @Test("An outage is met with waits that grow to half a minute, and never with giving up")
  func patience() {
    var patience = Patience(cap: .seconds(30))
    var now = Duration.zero
    var waits: [Duration] = []
    for _ in 0..<50 {
      patience.wait(from: now, chance: 1)
      let start = now
      while !patience.isOver(at: now) { now += .milliseconds(500) }
      waits.append(now - start)
    }
    #expect(waits.prefix(6) == [.seconds(1), .seconds(2), .seconds(4), .seconds(8), .seconds(16), .seconds(30)])
    #expect(waits.last == .seconds(30))
    patience.calm()
    #expect(patience.isOver(at: now))
  }

  @Test("Errands: heartbeats by time alone, files when they change and rested, failures later")
  func desk() throws {
    let folder = try TemporaryFolder()
    try folder.write("a", "1")
    let one = FileStamp(folder.path + "/a")
    try folder.write("a", "22")
    let two = FileStamp(folder.path + "/a")
    var schedule = DeskSchedule(pace: CourierPace())
    #expect(schedule.due(isFollowed: false, at: .zero) { _ in nil } == [.heartbeat, .commands])
    for errand in DeskSchedule.Errand.allCases { schedule.succeeded(errand, stamp: one, at: .zero) }
    #expect(schedule.due(isFollowed: true, at: .seconds(29)) { _ in one } == [.commands])
    #expect(schedule.due(isFollowed: false, at: .milliseconds(1)) { _ in two } == [.record], "a change of state does not wait")
    #expect(schedule.due(isFollowed: false, at: .seconds(30)) { _ in two } == DeskSchedule.Errand.allCases)
    schedule.failed(.heartbeat, at: .seconds(30), chance: 1)
    #expect(schedule.due(isFollowed: false, at: .seconds(30)) { _ in nil } == [.commands])
    #expect(schedule.due(isFollowed: false, at: .seconds(31)) { _ in nil } == [.heartbeat, .commands])
  }

  @Test("Idle is: no byte, no CPU, no GPU for the whole time; what was not measured is busy")
  func idle() {
    func quiet(_ cpu: Double = 1, _ gpu: Double = 0) -> [String: Double] { ["sys.cpu_percent": cpu, "sys.gpu0.utilization_percent": gpu] }
    var watch = IdleWatch(limit: .seconds(60), at: .zero)
    #expect(watch.isOver(logBytes: 5, usage: quiet(), at: .seconds(59)) == false, "the first byte counts")
    #expect(watch.isOver(logBytes: 5, usage: quiet(), at: .seconds(118)) == false)
    #expect(watch.isOver(logBytes: 5, usage: quiet(), at: .seconds(119)) == true)
    #expect(watch.isOver(logBytes: 6, usage: quiet(), at: .seconds(120)) == false)
    #expect(watch.isOver(logBytes: 6, usage: quiet(5), at: .seconds(170)) == false)
    #expect(watch.isOver(logBytes: 6, usage: quiet(0, 70), at: .seconds(220)) == false)
    #expect(watch.isOver(logBytes: 6, usage: [:], at: .seconds(270)) == false)
    #expect(watch.isOver(logBytes: 6, usage: quiet(), at: .seconds(329)) == false)
    #expect(watch.isOver(logBytes: 6, usage: quiet(4.9, 4.9), at: .seconds(330)) == true)
    var never = IdleWatch(limit: nil, at: .zero)
    #expect(never.isOver(logBytes: 0, usage: quiet(0), at: .seconds(1_000_000)) == false)
  }
}

/// Chance that repeats (Sebastiano Vigna, splitmix64).
private struct Chance: RandomNumberGenerator {
  private var state: UInt64
  init(seed: UInt64) { state = seed &* 0x9E37_79B9_7F4A_7C15 &+ 7 }
  mutating func next() -> UInt64 {
    state &+= 0x9E37_79B9_7F4A_7C15
    var z = state
    z = (z ^ (z >> 30)) &* 0xBF58_476D_1CE4_E5B9
    z = (z ^ (z >> 27)) &* 0x94D0_49BB_1331_11EB
    return z ^ (z >> 31)
  }
}
