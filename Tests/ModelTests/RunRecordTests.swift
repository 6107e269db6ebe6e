import Basics
import FoundationEssentials
import Testing
import TrainingModel

@Suite("run.json")
struct RunRecordTests {
  private static func record() -> RunRecord {
    var spec = RunSpec(name: "Digits № 1", entrypoint: ["python3", "train.py"], projectFolder: "/p", provider: "local")
    spec.params = ["lr": .double(0.5), "layers": .array([.int(32), .int(10)])]
    spec.tags = ["a"]
    return RunRecord(
      id: RunID("rp_0001"), uid: "u", spec: spec, runDir: "/h/runs/rp_0001", createdAt: Date(timeIntervalSince1970: 1_763_700_000))
  }

  @Test("The keys that other programs rely on are always there, null when unknown")
  func promisedKeys() throws {
    let value = try JSON.decode(JSONValue.self, from: try JSON.encode(Self.record()))
    let promised = [
      "schema", "id", "uid", "name", "status", "reason", "exit_code", "signal", "provider", "image", "image_digest", "entrypoint", "params",
      "tags", "created_at", "started_at", "finished_at", "duration_seconds", "run_dir", "cleanup",
    ]
    for key in promised { #expect(value[key] != nil, "\(key)") }
    #expect(value["status"] == .string("queued"))
    #expect(value["exit_code"] == .null)
    #expect(value["created_at"] == .string("2025-11-21T04:40:00.000Z"))
  }

  @Test("A record with every field set survives writing and reading")
  func roundTrip() throws {
    var record = Self.record()
    record.status = .failed
    record.reason = .outOfMemory
    record.detail = "killed"
    record.exitCode = 137
    record.signal = 9
    record.startedAt = record.createdAt.addingTimeInterval(1.5)
    record.finishedAt = record.createdAt.addingTimeInterval(3)
    record.durationSeconds = 1.5
    record.git = GitState(commit: "abc", branch: "main", dirty: true)
    record.host = HostFacts(hostname: "h", os: "Linux 6", arch: "x86_64", cpus: 2, memoryBytes: 1 << 30)
    record.agent = AgentFacts(pid: 7, startTime: 99, bootID: "b")
    record.cleanup = CleanupOutcome(.done)
    record.origin = RunOrigin(rerunOf: "other")
    record.warnings = ["w"]
    record.startFailure = .setupFailed
    record.hints = ["h"]
    record.seedEnv = ["RUNPILOT_SEED": "1"]
    let read = try JSON.decode(RunRecord.self, from: try JSON.encode(record))
    #expect(read == record)
  }

  @Test("A record of a newer schema is refused, one with unknown keys is not")
  func schema() throws {
    let text = String(decoding: try JSON.encode(Self.record()), as: UTF8.self)
    let newer = text.replacing("runpilot/run/v1", with: "runpilot/run/v2")
    #expect(throws: DecodingError.self) { try JSON.decode(RunRecord.self, from: Data(newer.utf8)) }
    let extended = text.replacing(#""uid" : "u""#, with: #""uid" : "u", "of_tomorrow" : [1]"#)
    #expect(extended != text)
    #expect(try JSON.decode(RunRecord.self, from: Data(extended.utf8)).uid == "u")
  }

  @Test("The job's environment names the run, its parameters and its seed; the user's own values win")
  func environment() {
    var spec = RunSpec(name: "n", entrypoint: ["x"], projectFolder: "/p", provider: "local")
    spec.params = ["learning-rate": .double(0.5), "layers": .array([.int(3), .int(4)])]
    spec.environment = ["PYTHONHASHSEED": "0", "OWN": "1"]
    let environment = AgentJob.standardEnvironment(record: Self.record(), spec: spec, folder: RunFolder("/h/runs/rp_0001"), seed: 42)
    #expect(environment["RUNPILOT_PARAM_LEARNING_RATE"] == "0.5")
    #expect(environment["RUNPILOT_PARAM_LAYERS"] == "3,4")
    #expect(environment["RUNPILOT_SEED"] == "42")
    #expect(environment["PYTHONHASHSEED"] == "0")
    #expect(environment["OWN"] == "1")
    #expect(environment["RUNPILOT_OUTPUT_DIR"] == "/h/runs/rp_0001/outputs")
  }

  @Test("Ids order by number, also beyond four digits")
  func idOrder() {
    #expect([RunID("rp_10000"), RunID("rp_0002"), RunID("rp_9999")].sorted().map(\.rawValue) == ["rp_0002", "rp_9999", "rp_10000"])
  }
}
