import Basics
import FoundationEssentials
import Glibc
import TrainingModel

/// The follower's thread: copy what is new, look at the record, sleep until something may have happened.
struct FollowLoop {
  let folder: RunFolder
  var copier: LogCopier
  let wake: WakeUp
  let watchesAgent: Bool
  let onEvent: @Sendable (Follower.Event) -> Void
  private var record: RunRecord?
  private var recordStamp: FileStamp?
  private var progress: RunProgress?
  private var progressStamp: FileStamp?
  private var nextLockCheck = ContinuousClock.now + .seconds(1)

  init(folder: RunFolder, copier: LogCopier, wake: WakeUp, watchesAgent: Bool, onEvent: @escaping @Sendable (Follower.Event) -> Void) {
    self.folder = folder
    self.copier = copier
    self.wake = wake
    self.watchesAgent = watchesAgent
    self.onEvent = onEvent
  }

  mutating func run() throws -> Follower.End {
    ignoreBrokenPipes()
    // Before the first look, so that nothing comes between.
    let changes = FolderChanges(in: folder.path)
    while true {
      let offset = copier.offset
      let (record, isNew) = try readRecord()
      readProgress()
      // The agent writes the last record after the last byte of the log, so what is there now is all.
      try copier.copyAvailable()
      if record.status.isTerminal { return .ended(record) }
      if watchesAgent, let agent = record.agent { wake.watch(agent) }
      switch try wake.sleep(active: isNew || copier.offset != offset, changes: changes) {
      case .cancelled: return .cancelled
      case .agentEnded: if let end = try endWithoutAgent() { return end }
      case .moment: if let end = try checkLock() { return end }
      }
    }
  }

  /// Whether the agent lives, where its pidfd cannot tell: it has not said who it is, or runs in another pid namespace.
  private mutating func checkLock() throws -> Follower.End? {
    guard watchesAgent, ContinuousClock.now >= nextLockCheck else { return nil }
    nextLockCheck = .now + .seconds(1)
    return try endWithoutAgent()
  }

  /// Nobody holds the lock any more: looks again, since the run may have ended in between.
  private mutating func endWithoutAgent() throws -> Follower.End? {
    guard !FileLock.isHeld(folder.lock) else { return nil }
    let (record, _) = try readRecord()
    try copier.copyAvailable()
    return record.status.isTerminal ? .ended(record) : .agentLost(record)
  }

  private mutating func readRecord() throws -> (RunRecord, isNew: Bool) {
    let stamp = FileStamp(folder.record)
    if let record, stamp == recordStamp { return (record, false) }
    let bytes = try Files.read(folder.record)
    let read: RunRecord
    do {
      read = try JSON.decode(RunRecord.self, from: bytes)
    } catch {
      throw UnreadableRecord(path: folder.record, cause: "\(error)")
    }
    // The stamp is older than the bytes at most: then they are read once more.
    recordStamp = stamp
    if read != record {
      record = read
      onEvent(.record(read))
    }
    return (read, true)
  }

  private mutating func readProgress() {
    guard record?.startedAt == nil, let stamp = FileStamp(folder.progress), stamp != progressStamp else { return }
    guard let bytes = try? Files.read(folder.progress, limit: 1 << 20) else { return }
    guard let read = try? JSON.decode(RunProgress.self, from: bytes), read != progress else { return }
    progressStamp = stamp
    progress = read
    onEvent(.progress(read))
  }

  /// A reader that goes away is an answer of write(2) here, not a signal.
  private func ignoreBrokenPipes() {
    var signals = sigset_t()
    sigemptyset(&signals)
    sigaddset(&signals, SIGPIPE)
    pthread_sigmask(SIG_BLOCK, &signals, nil)
  }
}
