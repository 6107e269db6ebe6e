import Basics
import Cryptography
public import FoundationEssentials
public import ProviderKit
import Synchronization
public import TrainingModel

/// Brings the mailbox of a run far away into the run's folder here, so that everything that reads run folders works as if the run were here.
///
/// One process mirrors, the holder of `mirror.lock`; others wait for it and take over when it goes. What was begun and cut short is gone on with.
public final class MailboxMirror: Sendable {
  /// How mirroring ended.
  public enum End: Sendable, Equatable {
    /// The run is over, and everything of it is here.
    case ended(RunRecord)
    /// The last heartbeat is too old by the store's clock. The run's record here says what was last known.
    case lost(SeenHeartbeat)
    /// The calling task was cancelled; the run goes on.
    case cancelled
  }
  /// What is worth saying on the way.
  public enum Event: Sendable, Equatable {
    /// The store does not answer; it is asked again.
    case unreachable(String)
    /// It answers again.
    case reachable
  }

  let store: any ObjectStore
  let layout: MailboxLayout
  let folder: RunFolder
  let pace: MirrorPace
  private let now: @Sendable () -> Date
  private let heartbeat = Mutex<SeenHeartbeat?>(nil)

  /// A mirror of one run.
  /// - Parameter now: the time here; only for stores that do not tell theirs.
  public init(
    store: any ObjectStore, layout: MailboxLayout, folder: RunFolder, pace: MirrorPace = MirrorPace(), now: @escaping @Sendable () -> Date
  ) {
    self.store = store
    self.layout = layout
    self.folder = folder
    self.pace = pace
    self.now = now
  }

  /// The last heartbeat that this mirror has seen.
  public var lastHeartbeat: SeenHeartbeat? { heartbeat.withLock { $0 } }

  // MARK: following

  /// Mirrors until the run is over, or its agent is lost.
  /// - Parameter announces: whether to say that somebody follows, so that the log comes at once.
  /// - Throws: `ProviderError` when the store refuses (and does not merely fail to answer), `SystemError` when the folder cannot be written.
  public func run(announces: Bool, onEvent: @escaping @Sendable (Event) -> Void = { _ in }) async throws -> End {
    guard let lock = try await holdLock() else {
      return Task.isCancelled ? .cancelled : .ended(try localRecord())
    }
    defer { withExtendedLifetime(lock) {} }
    var round = MirrorRound(self, log: try mirroredLog(), announces: announces)
    var failures = 0
    while !Task.isCancelled {
      do {
        if let end = try await round.look() { return end }
        if failures > 0 { onEvent(.reachable) }
        failures = 0
        try? await Task.sleep(for: pace.look)
      } catch let error as ProviderError {
        if Task.isCancelled { break }
        failures += 1
        guard error.code.isTransient || failures < 3 else { throw error }
        onEvent(.unreachable(error.message))
        try? await Task.sleep(for: min(pace.longestWait, pace.look * (1 << min(failures, 6))))
      }
    }
    return .cancelled
  }

  /// Waits for the mirror's lock.
  /// - Returns: nil when the run ended meanwhile, or the task was cancelled.
  private func holdLock() async throws -> FileLock? {
    while !Task.isCancelled {
      if try localRecord().status.isTerminal { return nil }
      if let lock = try FileLock.tryAcquire(folder.mirrorLock) {
        // Whoever held it may have finished in between.
        return try localRecord().status.isTerminal ? nil : lock
      }
      try? await Task.sleep(for: pace.lock)
    }
    return nil
  }

  // MARK: wishes

  /// Asks the agent to stop the job, or to kill it. It hears of it within seconds.
  /// - Throws: `ProviderError`.
  public func ask(_ command: AgentCommand) async throws(ProviderError) {
    _ = try await store.put(layout.command(command), Array(Timestamp.format(now()).utf8), condition: .always)
  }

  /// Asks the job to end, and waits until its run is over and everything of it is in the mailbox.
  /// - Returns: whether it is over; false at once when nothing was ever heard of its agent.
  /// - Throws: `ProviderError`.
  public func letEnd(within patience: Duration, sleep: (Duration) async throws -> Void) async throws -> Bool {
    guard try await lookAtHeartbeat() != nil else { return false }
    try await ask(.stop)
    var left = patience
    while true {
      if let object = try await store.get(layout.record, range: nil),
        let record = try? JSON.decode(RunRecord.self, from: Data(object.bytes)), record.status.isTerminal
      {
        return true
      }
      guard left > .zero else { return false }
      try await sleep(.seconds(1))
      left -= .seconds(1)
    }
  }

  /// Ends a run whose agent is lost: brings home what is left in the mailbox, and closes the record as `change` says, unless it turns out to be over.
  /// - Returns: the record as it stands then.
  /// - Throws: `ProviderError`, `SystemError`; nothing is closed then.
  public func close(_ change: (inout RunRecord) -> Void) async throws -> RunRecord {
    guard let lock = try await holdLock() else { return try localRecord() }
    defer { withExtendedLifetime(lock) {} }
    var round = MirrorRound(self, log: try mirroredLog(), announces: false)
    if case .ended(let record) = try await round.look() { return record }
    let outputs = try await MirroredOutputs(store: store, layout: layout, folder: folder).bringWithoutManifest()
    var record = try localRecord()
    change(&record)
    if outputs > 0 { record.warnings.append("outputs: \(outputs) files were brought home without a check, for the agent was lost") }
    try Files.writeAtomically(try JSON.encode(record), to: folder.record, durable: true)
    return record
  }

  // MARK: for the rounds

  private func mirroredLog() throws -> MirroredLog {
    try MirroredLog(store: store, layout: layout, folder: folder, start: try localRecord().rental?.logStart ?? 0)
  }

  func localRecord() throws -> RunRecord { try JSON.decode(RunRecord.self, from: try Files.read(folder.record)) }

  /// Looks at the heartbeat.
  /// - Returns: what was seen; nil when there was none yet.
  public func lookAtHeartbeat() async throws -> SeenHeartbeat? {
    guard let object = try await store.get(layout.heartbeat, range: nil), let at = object.facts.modifiedAt else { return lastHeartbeat }
    guard let beat = try? JSON.decode(Heartbeat.self, from: Data(object.bytes)) else { return lastHeartbeat }
    let age = (object.facts.storeTime ?? now()).timeIntervalSince(at)
    let seen = SeenHeartbeat(heartbeat: beat, at: at, age: .seconds(max(0, age)))
    heartbeat.withLock { $0 = seen }
    return seen
  }
}
