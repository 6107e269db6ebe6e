import Basics
import FoundationEssentials
import RunPilotTesting
import RunStore
import TrainingModel

/// A home with a store, for one test.
struct StoreFixture {
  let folder: TemporaryFolder
  let store: RunStore
  static let epoch = Date(timeIntervalSince1970: 1_800_000_000)

  init() throws {
    folder = try TemporaryFolder()
    store = RunStore(home: folder.path + "/home")
  }

  /// Makes a run that is over; `change` sees its record last.
  @discardableResult
  func add(_ name: String = "run", _ change: (inout RunRecord) -> Void = { _ in }) throws -> RunRecord {
    let new = try store.create { id, folder in
      let spec = RunSpec(name: name, entrypoint: ["true"], projectFolder: "/", provider: "local")
      var record = RunRecord(
        id: id, uid: "uid-\(id)-\(UInt64.random(in: 0 ... .max))", spec: spec, runDir: folder.path, createdAt: Self.epoch)
      record.status = .success
      record.reason = .exited
      record.exitCode = 0
      change(&record)
      return (record, ["config.yaml": Data("name: \(name)\n".utf8)])
    }
    return new.record
  }

  func setMetrics(_ id: RunID, _ summary: [String: Double]) throws {
    let document = MetricsDocument(runID: id.rawValue, summary: summary, recordedAt: Self.epoch)
    try Files.writeAtomically(try JSON.encode(document), to: store.folder(id).metrics)
  }
}
