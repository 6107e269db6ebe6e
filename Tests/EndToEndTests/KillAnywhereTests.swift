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
}
