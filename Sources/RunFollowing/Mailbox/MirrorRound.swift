import Basics
import FoundationEssentials
import ProviderKit
import TrainingModel

/// One look after another at a mailbox, by the process that holds the mirror's lock.
struct MirrorRound {
  private let mirror: MailboxMirror
  private var log: MirroredLog
  private let announces: Bool
  private var tags: [String: String] = [:]
  /// What was read of the record and is not dealt with yet: the store may fail in between.
  private var latest: RunRecord?
  private var next: [String: ContinuousClock.Instant] = [:]
  private var folder: RunFolder { mirror.folder }
  private var layout: MailboxLayout { mirror.layout }
  private var pace: MirrorPace { mirror.pace }

  init(_ mirror: MailboxMirror, log: MirroredLog, announces: Bool) {
    self.mirror = mirror
    self.log = log
    self.announces = announces
  }

  /// Looks once.
  /// - Returns: how mirroring ends; nil when it goes on.
  mutating func look() async throws -> MailboxMirror.End? {
    if announces, isDue("announcement", every: pace.announcement) {
      _ = try await mirror.store.put(layout.follower, [], condition: .always)
    }
    // The record first: what it says to be over is all in the mailbox by then.
    if let bytes = try await changed(layout.record) { latest = try ours(bytes) }
    _ = try await log.pull()
    if let latest, latest.status.isTerminal { return .ended(try await finish(latest)) }
    if let latest {
      try save(adopted(latest))
      self.latest = nil
    }
    if try mirror.localRecord().startedAt == nil { try await copy(layout.progress, to: folder.progress) }
    if isDue("metrics", every: pace.metrics) { try await copy(layout.metrics, to: folder.metrics) }
    if isDue("heartbeat", every: pace.heartbeat), let seen = try await mirror.lookAtHeartbeat(), seen.age > pace.lostAfter {
      // Its last word may have come since.
      guard let last = try await mirror.store.get(layout.record, range: nil),
        let record = try? ours(Data(last.bytes)), record.status.isTerminal
      else { return .lost(seen) }
      return .ended(try await finish(record))
    }
    return nil
  }

  private mutating func isDue(_ what: String, every interval: Duration) -> Bool {
    let now = ContinuousClock.now
    guard next[what].map({ now >= $0 }) ?? true else { return false }
    next[what] = now + interval
    return true
  }

  /// An object's bytes when it is another than last time.
  private mutating func changed(_ key: String) async throws -> Data? {
    guard let facts = try await mirror.store.head(key), tags[key] != facts.etag else { return nil }
    guard let object = try await mirror.store.get(key, range: nil) else { return nil }
    tags[key] = object.facts.etag
    return Data(object.bytes)
  }

  private mutating func copy(_ key: String, to path: String) async throws {
    guard let bytes = try await changed(key) else { return }
    try Files.writeAtomically(bytes, to: path)
  }

  // MARK: the record

  /// A record from the mailbox; nil for one of another run, which has no business there.
  private func ours(_ bytes: Data) throws -> RunRecord? {
    let far = try JSON.decode(RunRecord.self, from: bytes)
    let local = try mirror.localRecord()
    return far.uid == local.uid && far.id == local.id ? far : nil
  }

  /// The far record as it stands here: paths and processes of another machine mean nothing.
  private func adopted(_ far: RunRecord) throws -> RunRecord {
    let local = try mirror.localRecord()
    var record = far
    record.runDir = folder.path
    record.agent = nil
    // That the job left nothing on the machine says nothing of the machine.
    record.cleanup = local.cleanup
    record.rental = local.rental ?? far.rental
    record.cost = local.cost
    record.git = far.git ?? local.git
    record.warnings = local.warnings.filter { !far.warnings.contains($0) } + far.warnings
    return record
  }

  private func save(_ record: RunRecord) throws {
    try Files.writeAtomically(try JSON.encode(record), to: folder.record, durable: record.status.isTerminal)
  }

  // MARK: the end

  /// Brings home all that is left, checks it, and closes the record here at last.
  private mutating func finish(_ far: RunRecord) async throws -> RunRecord {
    var warnings: [String] = []
    if let object = try await mirror.store.get(layout.manifest, range: nil) {
      let manifest = try JSON.decode(MailboxManifest.self, from: Data(object.bytes))
      warnings += try await completeLog(manifest.log)
      warnings += try await MirroredOutputs(store: mirror.store, layout: layout, folder: folder).bring(manifest)
    } else {
      warnings.append("the agent left no manifest: nobody can tell whether the log and the outputs are whole")
      _ = try await MirroredOutputs(store: mirror.store, layout: layout, folder: folder).bringWithoutManifest()
    }
    try await copy(layout.metrics, to: folder.metrics)
    try await copy(layout.agentLog, to: folder.agentLog)
    try Files.remove(folder.progress)
    var record = try adopted(far)
    let known = Set(record.warnings)
    record.warnings += warnings.filter { !known.contains($0) }
    try save(record)
    return record
  }

  private mutating func completeLog(_ log: MailboxManifest.File) async throws -> [String] {
    let end = ContinuousClock.now + pace.lastBytes
    while true {
      _ = try await self.log.pull()
      guard self.log.bytes < log.bytes, ContinuousClock.now < end else { break }
      try await Task.sleep(for: pace.look)
    }
    if self.log.bytes < log.bytes { return ["the last \(log.bytes - self.log.bytes) bytes of the log did not come"] }
    return try self.log.digest() == log.sha256 ? [] : ["the log here is not the one that was written there: its digest is another"]
  }
}
