import Basics
import FolderStorage
import FoundationEssentials
import ProviderKit
import RunAgent
import RunPilotTesting
import Synchronization
import Testing
import TrainingModel
import Unpacking

/// A far agent in this process: a machine's folder, a mailbox that a test can break, an end of the machine that only counts.
final class FarHarness: Sendable {
  /// Counts how often the machine was asked to end.
  final class End: MachineEnd {
    private let count = Mutex(0)
    var times: Int { count.withLock { $0 } }
    func end() { count.withLock { $0 += 1 } }
  }

  let root: TemporaryFolder
  let store: FaultyStore
  var storePath: String { root.path + "/store" }
  let end = End()
  let words = Mutex<[String]>([])
  let layout: MailboxLayout
  let order: FarOrder
  let pace: CourierPace

  init(
    _ script: String, within seconds: Double = 600, change: (inout RunSpec, inout FarOrder) -> Void = { _, _ in }
  ) throws {
    root = try TemporaryFolder()
    store = FaultyStore(FolderStore(root.path + "/store", pageSize: 3))
    let uid = "uid-\(UInt32.random(in: 0 ... .max))"
    layout = MailboxLayout(prefix: "box", installation: "home", runUID: uid)
    var order = FarOrder(
      store: StoreAddress(bucket: "b", region: ""), mailbox: layout, deadline: Date().addingTimeInterval(seconds))
    order.folder = root.path + "/machine"
    order.savingSeconds = 2
    var spec = RunSpec(name: "far", entrypoint: ["sh", "-c", script], projectFolder: order.projectFolder, provider: "rented")
    spec.stopGraceSeconds = 1
    change(&spec, &order)
    self.order = order
    let record = RunRecord(id: RunID("rp_0001"), uid: uid, spec: spec, runDir: "/home/of/rp_0001", createdAt: Date())
    let environment = AgentJob.standardEnvironment(record: record, spec: spec, folder: order.runFolder, seed: 7)
    let job = AgentJob(record: record, spec: spec, environment: environment, executor: .process)
    try root.write("store/" + layout.record, String(decoding: try JSON.encode(record), as: UTF8.self))
    try root.write("store/" + layout.job, String(decoding: try JSON.encode(job), as: UTF8.self))
    try root.write("store/" + layout.config, "name: far\n")
    var pace = CourierPace()
    pace.heartbeat = .milliseconds(300)
    (pace.followedCommands, pace.unfollowedCommands) = (.milliseconds(100), .milliseconds(100))
    (pace.followedLog, pace.unfollowedLog) = (.milliseconds(50), .milliseconds(200))
    (pace.look, pace.outputs, pace.longestWait) = (.milliseconds(10), .milliseconds(200), .milliseconds(100))
    pace.longestPiece = 1 << 16
    self.pace = pace
  }

  /// Carries the run to its end, with a machine that has what `change` gives it.
  func run(change: (inout FarSetup) -> Void = { _ in }) async throws -> RunRecord? {
    var setup = FarSetup(
      order: order, store: store, machineEnd: end,
      executors: ["process": { request in ProcessExecutor(request, isSubreaper: false) }],
      environment: ["PATH": "/usr/bin:/bin"], version: "test", unpack: { archive, folder in try Tarball.unpack(archive, into: folder) },
      log: { [self] line in words.withLock { $0.append(line) } })
    setup.pace = pace
    change(&setup)
    return try await FarAgent.run(setup)
  }

  /// The log as its pieces in the mailbox come to.
  func log() throws -> String { String(decoding: try logBytes(), as: UTF8.self) }

  func logBytes() throws -> Data {
    let folder = storePath + "/" + layout.logs
    var bytes = Data()
    for name in ((try? Files.names(in: folder)) ?? []).filter({ !$0.hasSuffix(".rp-draft") }).sorted() {
      let offset = try #require(layout.logOffset(of: layout.logs + name))
      try #require(offset == bytes.count, "the piece \(name) does not begin where the one before it ends")
      bytes.append(try Files.read(folder + "/" + name))
    }
    return bytes
  }

  func object<Value: Decodable>(_ type: Value.Type, _ key: String) throws -> Value {
    try JSON.decode(type, from: try Files.read(storePath + "/" + key))
  }
  func has(_ key: String) -> Bool { Files.exists(storePath + "/" + key) }
}
