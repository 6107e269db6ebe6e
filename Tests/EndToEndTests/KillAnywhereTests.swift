import Basics
import FoundationEssentials
import Glibc
import RunPilotTesting
import Testing
import TrainingModel

/// The same job killed at many moments: whatever the moment, every run comes to an end that is true.
@Suite("kill -9 at any moment", .serialized)
struct KillAnywhereTests {
  private static let moments: [Duration] = (0..<12).map { .milliseconds($0 * 3) }

  /// Waits until `list` shows nothing alive, and checks that each run is closed and its job gone.
  private func settle(_ home: TestHome) async throws -> [RunRecord] {
    try await eventually {
      let listed = try await home.runpilot("list", "--json")
      guard listed.exitCode == 0 else { return false }
      return try home.records().allSatisfy { $0.status.isTerminal }
    }
    let records = try home.records()
    #expect(Set(records.map(\.uid)).count == records.count)
    for record in records { #expect(!FileLock.isHeld(RunFolder(record.runDir).lock), "\(record.id)") }
    let strays = TestHome.processes(withEnvironment: "RUNPILOT_HOME=\(home.path)", and: "RUNPILOT_RUN_UID=")
    #expect(strays.isEmpty, "\(strays)")
    return records
  }

  @Test("of runpilot: each run it recorded ends well or is closed as lost; none is left queued")
  func starter() async throws {
    let home = try TestHome()
    try home.write("a.yaml", "name: k\nentrypoint: [sh, -c, 'echo begin; sleep 0.05; echo end']\n")
    for moment in Self.moments {
      let starter = try home.start("run", "a.yaml")
      try await Task.sleep(for: moment)
      starter.kill(SIGKILL)
      _ = try await starter.wait()
    }
    for record in try await settle(home) {
      let whole = try home.log(record.id.rawValue) == "begin\nend\n"
      #expect(
        record.status == .success ? whole : record.reason == .lost, "\(record.id) \(record.status) \(String(describing: record.reason))")
    }
  }

  @Test("of the agent: the run is closed as lost or had ended, and nothing of it goes on")
  func agent() async throws {
    let home = try TestHome()
    try home.write("a.yaml", "name: k\nentrypoint: [sh, -c, 'sleep 300 & echo begin; sleep 300']\n")
    for moment in Self.moments {
      let started = try await home.runpilot("run", "a.yaml", "--detach", "-q")
      #expect(started.exitCode == 0, "\(started.stderr)")
      try await Task.sleep(for: moment)
      for pid in TestHome.processes(withArgument: home.folder(started.stdout.trimmed()).path) { kill(pid, SIGKILL) }
    }
    let records = try await settle(home)
    #expect(records.count == Self.moments.count)
    for record in records { #expect(record.reason == .lost, "\(record.id) \(record.status)") }
  }

  @Test(
    "of the agent, at each thing that it writes for good: the run is closed as lost or had ended, with every byte or a beginning of them")
  func agentPoints() async throws {
    let stage = try await UnbootedStage()
    try stage.home.write(
      "local.yaml", "name: k\nentrypoint: [sh, -c, 'echo begin; echo METRIC loss=1 >&2; touch $RUNPILOT_OUTPUT_DIR/made; echo end']\n")
    func run(_ point: KillPoint?, _ name: String) async throws -> (record: RunRecord, log: String, done: [String]) {
      let home = try await stage.newHome(name)
      let log = home.path + "-log"
      let started = try await stage.run(
        ["run", "local.yaml", "--provider", "local", "--detach"], in: home.path, stage.killing(point, log: log, program: "runpilot-agent"))
      #expect([0, 1].contains(started.exitCode), "\(name): \(started.exitCode) \(started.stderr)")
      let folder = RunFolder(home.path + "/runs/rp_0001")
      func record() throws -> RunRecord { try JSON.decode(RunRecord.self, from: try Files.read(folder.record)) }
      try await eventually {
        _ = try await home.run("list")
        return try record().status.isTerminal && !FileLock.isHeld(folder.lock)
      }
      #expect(TestHome.processes(withEnvironment: "RUNPILOT_HOME=\(home.path)", and: "RUNPILOT_RUN_UID=").isEmpty, "\(name): strays")
      let done = Files.exists(log) ? try Files.readText(log).split(separator: "\n").map(String.init) : []
      return (try record(), Files.exists(folder.logs) ? try Files.readText(folder.logs) : "", done)
    }
    let whole = try await run(nil, "agent-whole")
    #expect(whole.record.status == .success && !whole.done.isEmpty, "\(whole.done)")
    let points = (1...max(1, whole.done.count)).flatMap { number in [false, true].map { KillPoint(number: number, isAfter: $0) } }
    var lost = 0
    for (index, point) in points.enumerated() {
      let killed = try await run(point, "agent-\(index)")
      let place = "\(point): \(killed.done.last ?? "nothing")"
      #expect(whole.log.hasPrefix(killed.log), "\(place): \(killed.log)")
      let isTrue = killed.record.status == .success ? killed.log == whole.log : killed.record.reason == .lost
      #expect(isTrue, "\(place): \(killed.record.status) \(String(describing: killed.record.reason))")
      if killed.record.reason == .lost { lost += 1 }
    }
    print("kill points of the agent: \(points.count), lost at \(lost) of them")
    #expect(lost > 0)
  }
}
