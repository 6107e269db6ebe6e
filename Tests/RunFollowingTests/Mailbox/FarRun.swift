import Basics
import Cryptography
import FolderStorage
import FoundationEssentials
import ProviderKit
import RunFollowing
import RunPilotTesting
import Testing
import TrainingModel

/// A run far away as its mailbox shows it, and its folder here.
final class FarRun: Sendable {
  let root: TemporaryFolder
  let store: FaultyStore
  var storePath: String { root.path + "/store" }
  let folder: RunFolder
  let layout = MailboxLayout(prefix: "p", installation: "i", runUID: "u")
  let pace: MirrorPace

  init() throws {
    root = try TemporaryFolder()
    store = FaultyStore(FolderStore(root.path + "/store", pageSize: 3))
    folder = RunFolder(root.path + "/rp_0001")
    try Files.createFolder(folder.agentFolder)
    var pace = MirrorPace()
    pace.look = .milliseconds(5)
    pace.metrics = .milliseconds(5)
    pace.heartbeat = .milliseconds(5)
    pace.lastBytes = .milliseconds(200)
    pace.longestWait = .milliseconds(20)
    pace.lock = .milliseconds(5)
    self.pace = pace
    try Files.writeAtomically(try JSON.encode(record { $0.runDir = folder.path }), to: folder.record)
  }

  func record(_ change: (inout RunRecord) -> Void = { _ in }) -> RunRecord {
    let spec = RunSpec(name: "far", entrypoint: ["x"], projectFolder: "/there", provider: "rented")
    var record = RunRecord(
      id: RunID("rp_0001"), uid: "u", spec: spec, runDir: "/there/run", createdAt: Date(timeIntervalSince1970: 1_763_700_000))
    change(&record)
    return record
  }

  func put(_ key: String, _ bytes: some Sequence<UInt8>) throws {
    // Written beside the store: whoever lists it sees no drafts.
    let draft = root.path + "/draft-\(UInt32.random(in: 0 ... .max))"
    try Files.writeAtomically(Array(bytes), to: draft)
    try Files.createFolder(Paths.parent(of: storePath + "/" + key))
    try Files.rename(draft, to: storePath + "/" + key)
  }

  func put(_ value: some Encodable, at key: String) throws { try put(key, try JSON.encode(value)) }

  /// Writes the end of a run: log and outputs as given, and the record.
  func end(log: [UInt8], outputs: [String: String] = [:], change: (inout MailboxManifest) -> Void = { _ in }) throws {
    var manifest = MailboxManifest(log: .init(bytes: Int64(log.count), sha256: SHA256.hexDigest(of: log)), outputs: [:])
    for (path, text) in outputs {
      try put(layout.outputs + path, text.utf8)
      manifest.outputs[path] = .init(bytes: Int64(text.utf8.count), sha256: SHA256.hexDigest(of: text.utf8))
    }
    change(&manifest)
    try put(manifest, at: layout.manifest)
    try put(record { ($0.status, $0.reason, $0.exitCode) = (.success, .exited, 0) }, at: layout.record)
  }

  func mirror() -> MailboxMirror { MailboxMirror(store: store, layout: layout, folder: folder, pace: pace, now: { Date() }) }
  func local() throws -> RunRecord { try JSON.decode(RunRecord.self, from: try Files.read(folder.record)) }
  func log() throws -> [UInt8] { Files.exists(folder.logs) ? Array(try Files.read(folder.logs)) : [] }
}
