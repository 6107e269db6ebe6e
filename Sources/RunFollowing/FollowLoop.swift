import Basics
import FoundationEssentials
import Glibc
import TrainingModel

/// The follower's thread: copy what is new, look at the record, sleep until something happens.
struct FollowLoop {
  let folder: RunFolder
  var copier: LogCopier
  let wake: WakeUp
  let onEvent: @Sendable (Follower.Event) -> Void
  private var lastRecord: RunRecord?
  private var lastRecordBytes: Data?
  private var lastProgress: RunProgress?

  init(folder: RunFolder, copier: LogCopier, wake: WakeUp, onEvent: @escaping @Sendable (Follower.Event) -> Void) {
    self.folder = folder
    self.copier = copier
    self.wake = wake
    self.onEvent = onEvent
  }

  /// How long to sleep when nothing happens, before asking whether the agent lives.
  private static let lockInterval: Int32 = 1000

  mutating func run() throws -> Follower.End {
    ignoreBrokenPipes()
    var changes = WakeUp.Changes.all
    while true {
      if changes.contains(.cancelled) { return .cancelled }
      if changes.contains(.folder) {
        let record = try readRecord()
        readProgress()
        // The agent writes the last record after the last byte of the log, so what is there now is all.
        try copier.copyAvailable()
        if record.status.isTerminal { return .ended(record) }
      } else if changes.contains(.timeout), !FileLock.isHeld(folder.lock) {
        let record = try readRecord()
        try copier.copyAvailable()
        return record.status.isTerminal ? .ended(record) : .agentLost(record)
      }
      changes = try wake.wait(milliseconds: Self.lockInterval)
    }
  }

  private mutating func readRecord() throws -> RunRecord {
    let bytes = try Files.read(folder.record)
    if bytes == lastRecordBytes, let lastRecord { return lastRecord }
    let record: RunRecord
    do {
      record = try JSON.decode(RunRecord.self, from: bytes)
    } catch {
      throw UnreadableRecord(path: folder.record, cause: "\(error)")
    }
    lastRecordBytes = bytes
    if record != lastRecord {
      lastRecord = record
      onEvent(.record(record))
    }
    return record
  }

  private mutating func readProgress() {
    guard lastRecord?.startedAt == nil, let bytes = try? Files.read(folder.progress, limit: 1 << 20) else { return }
    guard let progress = try? JSON.decode(RunProgress.self, from: bytes), progress != lastProgress else { return }
    lastProgress = progress
    onEvent(.progress(progress))
  }

  /// A reader that goes away is an answer of write(2) here, not a signal.
  private func ignoreBrokenPipes() {
    var signals = sigset_t()
    sigemptyset(&signals)
    sigaddset(&signals, SIGPIPE)
    pthread_sigmask(SIG_BLOCK, &signals, nil)
  }
}
