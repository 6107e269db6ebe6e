import Basics
import FoundationEssentials
import Glibc
import ProviderKit
import Synchronization
import TrainingModel

/// Brings a run folder into its mailbox as it grows, and the home's wishes into the folder. Never gives up, whatever the store does.
///
/// Decisions are ``LogSchedule``'s and ``DeskSchedule``'s; here is what it takes to carry them out.
final class Courier: Sendable {
  private struct State {
    var isFollowed = false
    /// Set when nothing is added to the log any more.
    var logEnd: Date?
    var isDeskClosed = false
    var sent: Int64 = 0
    var status = RunStatus.pending
  }

  let store: any ObjectStore
  let layout: MailboxLayout
  let folder: RunFolder
  let clock: AgentClock
  let pace: CourierPace
  let log: @Sendable (String) -> Void
  private let state = Mutex(State())

  init(
    store: any ObjectStore, layout: MailboxLayout, folder: RunFolder, clock: AgentClock, pace: CourierPace,
    log: @escaping @Sendable (String) -> Void
  ) {
    self.store = store
    self.layout = layout
    self.folder = folder
    self.clock = clock
    self.pace = pace
    self.log = log
  }

  /// Nothing is added to the log any more; what is not sent by `giveUp` is not sent.
  func closeLog(giveUp: Date) { state.withLock { $0.logEnd = giveUp } }
  /// Whether the job is over.
  var isLogClosed: Bool { state.withLock { $0.logEnd != nil } }
  /// Everything was delivered.
  func closeDesk() { state.withLock { $0.isDeskClosed = true } }

  // MARK: the log

  /// Sends the log until it was closed and all of it is there, or the task is cancelled.
  /// - Parameter sent: what an earlier agent has brought there.
  func carryLog(from sent: Int64) async {
    var schedule = LogSchedule(sent: sent, pace: pace)
    while !Task.isCancelled {
      let (isFollowed, giveUp) = state.withLock { ($0.isFollowed, $0.logEnd) }
      let isClosing = giveUp != nil
      if let giveUp, clock.now >= giveUp { return }
      let size = (try? Files.size(folder.logs)) ?? 0
      if let piece = schedule.next(size: size, isFollowed: isFollowed, isClosing: isClosing, at: clock.elapsed) {
        do {
          schedule.succeeded(upTo: try await send(piece))
          state.withLock { $0.sent = schedule.sent }
        } catch {
          log("a piece of the log could not be sent: \(error.message)")
          schedule.failed(at: clock.elapsed, chance: .random(in: 0..<1))
        }
      } else if isClosing, schedule.isComplete(size: size) {
        return
      } else {
        try? await Task.sleep(for: pace.look)
      }
    }
  }

  /// - Returns: where the piece ends in the mailbox.
  private func send(_ piece: Range<Int64>) async throws(CourierFailure) -> Int64 {
    let key = layout.log(at: piece.lowerBound)
    do {
      _ = try await store.put(key, try read(piece), condition: .ifAbsent)
      return piece.upperBound
    } catch let error as ProviderError where error.code == .conflict {
      // It had arrived after all.
      return try await attempt { () throws(ProviderError) in
        guard let there = try await self.store.head(key) else { throw error }
        return piece.lowerBound + there.size
      }
    } catch {
      throw CourierFailure(error)
    }
  }

  private func read(_ piece: Range<Int64>) throws(SystemError) -> [UInt8] {
    let file = try Descriptor.open(folder.logs, O_RDONLY)
    var bytes = [UInt8](repeating: 0, count: piece.count)
    let count = bytes.withUnsafeMutableBytes { pread(file.raw, $0.baseAddress, $0.count, off_t(piece.lowerBound)) }
    guard count == bytes.count else { throw SystemError("read", folder.logs, code: count < 0 ? errno : EIO) }
    return bytes
  }

  /// How much of the log an earlier agent has brought into the mailbox.
  func sentBefore() async throws(ProviderError) -> Int64 {
    var end: Int64 = 0
    var page: PageToken?
    repeat {
      let listing = try await store.list(prefix: layout.logs, after: nil, page: page)
      for object in listing.objects {
        if let offset = layout.logOffset(of: object.key) { end = max(end, offset + object.size) }
      }
      page = listing.next
    } while page != nil
    return end
  }

  // MARK: everything small

  /// Runs errands until all was delivered, or the task is cancelled.
  func carryDesk() async {
    var schedule = DeskSchedule(pace: pace)
    var beats: Int64 = 0
    while !Task.isCancelled, !state.withLock({ $0.isDeskClosed }) {
      let isFollowed = state.withLock { $0.isFollowed }
      let stamps = Dictionary(
        uniqueKeysWithValues: DeskSchedule.Errand.allCases.map { errand in
          (errand, DeskSchedule.file(errand, in: folder).flatMap { FileStamp($0) })
        })
      for errand in schedule.due(isFollowed: isFollowed, at: clock.elapsed, stamp: { stamps[$0] ?? nil }) {
        do {
          if errand == .heartbeat { beats += 1 }
          try await run(errand, beats)
          schedule.succeeded(errand, stamp: stamps[errand] ?? nil, at: clock.elapsed)
        } catch {
          log("\(errand) failed: \(error.message)")
          schedule.failed(errand, at: clock.elapsed, chance: .random(in: 0..<1))
        }
      }
      try? await Task.sleep(for: pace.look)
    }
  }

  private func run(_ errand: DeskSchedule.Errand, _ beats: Int64) async throws(CourierFailure) {
    switch errand {
    case .heartbeat: try await beat(beats)
    case .commands: try await attempt { () throws(ProviderError) in try await self.takeWishes() }
    case .record:
      // The last state of a run is its last word: it waits until everything else is there.
      guard let record = record(), !record.status.isTerminal else { return }
      state.withLock { $0.status = record.status }
      try await send(folder.record, to: layout.record)
    case .progress: try await send(folder.progress, to: layout.progress)
    case .metrics: try await send(folder.metrics, to: layout.metrics)
    case .agentLog: try await send(folder.agentLog, to: layout.agentLog)
    }
  }

  /// The run's record as it stands in the folder.
  func record() -> RunRecord? { (try? Files.read(folder.record)).flatMap { try? JSON.decode(RunRecord.self, from: $0) } }

  /// Sends a small file; one that is not there is not sent.
  func send(_ path: String, to key: String) async throws(CourierFailure) {
    guard Files.exists(path) else { return }
    do {
      _ = try await store.put(key, Array(try Files.read(path)), condition: .always)
    } catch {
      throw CourierFailure(error)
    }
  }

  private func beat(_ number: Int64) async throws(CourierFailure) {
    let boot = ((try? Files.readText("/proc/sys/kernel/random/boot_id", limit: 4_096)) ?? "").trimmed()
    let (status, sent) = state.withLock { ($0.status, $0.sent) }
    let beat = Heartbeat(
      sequence: number, at: clock.now, status: status, logBytes: (try? Files.size(folder.logs)) ?? 0, sentBytes: sent, bootID: boot)
    do {
      _ = try await store.put(layout.heartbeat, Array(try JSON.encode(beat)), condition: .always)
    } catch {
      throw CourierFailure(error)
    }
  }

  /// Leaves the home's wishes where the agent looks for them, and learns whether somebody follows.
  private func takeWishes() async throws(ProviderError) {
    let found = try await store.list(prefix: layout.commands, after: nil, page: nil).objects
    for command in AgentCommand.allCases where found.contains(where: { $0.key == layout.command(command) }) {
      guard !Files.exists(folder.command(command)) else { continue }
      try? Files.writeAtomically([UInt8](), to: folder.command(command))
    }
    let follower = found.first { $0.key == layout.follower }
    let age = follower.flatMap { facts in facts.modifiedAt.map { (facts.storeTime ?? clock.now).timeIntervalSince($0) } }
    state.withLock { $0.isFollowed = age.map { $0 < pace.followerLife.inSeconds } ?? false }
  }

  private func attempt<Result>(_ body: () async throws(ProviderError) -> Result) async throws(CourierFailure) -> Result {
    do {
      return try await body()
    } catch {
      throw CourierFailure(error)
    }
  }
}

/// Why an errand failed.
struct CourierFailure: Error {
  /// In words.
  let message: String
  /// Whether the same may succeed later. What is wrong with credentials and permissions may be mended meanwhile.
  let mayPass: Bool

  init(_ error: any Error) {
    let provider = error as? ProviderError
    message = (error as? any Hinted)?.message ?? "\(error)"
    mayPass = provider.map { $0.code.isTransient || $0.code == .unauthorised || $0.code == .forbidden || $0.code == .conflict } ?? false
  }
}
