import Basics
import FoundationEssentials
import Glibc
import RunPilotTesting
import Testing
import TrainingModel

@Suite("What survives a crash", .serialized)
struct RecoveryTests {
  @Test("kill -9 of runpilot changes nothing for the job")
  func killedFollower() async throws {
    let home = try TestHome()
    try home.write("a.yaml", "name: k\nentrypoint: [sh, -c, 'echo started; while [ ! -e go ]; do sleep 0.05; done; echo finished']\n")
    let follower = try home.start("run", "a.yaml")
    try await eventually { (try? home.log("rp_0001")) == "started\n" }
    follower.kill(SIGKILL)
    _ = try await follower.wait()
    try home.write("go", "")
    let attached = try await home.runpilot("attach", "rp_0001")
    #expect(attached.exitCode == 0)
    #expect(attached.stdout == "started\nfinished\n")
  }

  @Test("kill -9 of the agent: the run is closed as lost, and nothing of the job is left")
  func killedAgent() async throws {
    let home = try TestHome()
    try home.write("a.yaml", "name: k\nentrypoint: [sh, -c, 'setsid sleep 987 & echo $! > child; echo $$ > job; sleep 987']\n")
    let follower = try home.start("run", "a.yaml")
    try await eventually { Files.exists(home.project + "/job") && (try? home.record("rp_0001").status) == .running }
    let agent = try #require(try home.record("rp_0001").agent?.pid)
    #expect(Glibc.kill(agent, SIGKILL) == 0)
    let result = try await follower.wait()
    #expect(result.exitCode == 74, "\(result.stderr)")
    let record = try home.record("rp_0001")
    #expect(record.status == .failed)
    #expect(record.reason == .lost)
    for file in ["job", "child"] {
      let pid = try #require(Int32(try Files.readText(home.project + "/" + file).trimmed()))
      try await eventually { !TestHome.isAlive(pid) }
    }
  }

  @Test("An agent killed with nobody watching is noticed by the next command")
  func noticedLater() async throws {
    let home = try TestHome()
    try home.write("a.yaml", "name: k\nentrypoint: [sleep, '987']\n")
    _ = try await home.runpilot("run", "a.yaml", "--detach")
    try await eventually { (try? home.record("rp_0001").status) == .running }
    let agent = try #require(try home.record("rp_0001").agent?.pid)
    #expect(Glibc.kill(agent, SIGKILL) == 0)
    try await eventually { !FileLock.isHeld(home.folder("rp_0001").lock) }
    let listed = try await home.runpilot("list", "--json")
    #expect(listed.exitCode == 0)
    #expect(try home.record("rp_0001").reason == .lost)
  }

  @Test("Ctrl-C stops the job and ends with 130; a job that ignores it is killed")
  func interrupt() async throws {
    let home = try TestHome()
    try home.write(
      "a.yaml", "name: i\nentrypoint: [sh, -c, 'trap \"echo saving; exit 0\" INT; echo ready; while :; do sleep 0.05; done']\n")
    let polite = try home.start("run", "a.yaml")
    try await eventually { (try? home.log("rp_0001")) == "ready\n" }
    polite.kill(SIGINT)
    let result = try await polite.wait()
    #expect(result.exitCode == 130, "\(result.stderr)")
    #expect(result.stdout == "ready\nsaving\n")
    #expect(try home.record("rp_0001").status == .cancelled)

    try home.write("b.yaml", "name: i\nentrypoint: [sh, -c, 'trap \"\" INT TERM; echo ready; while :; do sleep 0.05; done']\n")
    let stubborn = try home.start("run", "b.yaml")
    try await eventually { (try? home.log("rp_0002")) == "ready\n" }
    stubborn.kill(SIGINT)
    try await eventually { Files.exists(home.folder("rp_0002").command(.stop)) }
    stubborn.kill(SIGINT)
    #expect(try await stubborn.wait().exitCode == 130)
    #expect(try home.record("rp_0002").status == .cancelled)
  }

  @Test("stop from another terminal; the follower says so and ends")
  func stopFromElsewhere() async throws {
    let home = try TestHome()
    try home.write("a.yaml", "name: i\nentrypoint: [sleep, '987']\n")
    let follower = try home.start("run", "a.yaml")
    try await eventually { (try? home.record("rp_0001").status) == .running }
    let stop = try await home.runpilot("stop", "rp_0001")
    #expect(stop.exitCode == 0, "\(stop.stderr)")
    let result = try await follower.wait()
    #expect(result.exitCode == 130, "\(result.stderr)")
    #expect(try home.record("rp_0001").reason == .stopped)
  }

  @Test("stop asks all that are named; one that cannot be asked is an error, and keeps no other from it")
  func stopSeveral() async throws {
    let home = try TestHome()
    try home.write("a.yaml", "name: i\nentrypoint: [sleep, '987']\n")
    for _ in 0..<3 { #expect(try await home.runpilot("run", "a.yaml", "--detach").exitCode == 0) }
    let commands = home.folder("rp_0001").commands
    try Files.removeTree(commands)
    try Files.writeAtomically([UInt8](), to: commands)
    let stop = try await home.runpilot("stop", "rp_0003", "rp_0001", "rp_0002")
    #expect(stop.exitCode != 0 && stop.stderr.contains(commands), "\(stop.stderr)")
    let lines = stop.stdout.split(separator: "\n")
    #expect(lines.count == 2 && lines.first?.contains("rp_0003") == true && lines.last?.contains("rp_0002") == true, "\(stop.stdout)")
    for id in ["rp_0002", "rp_0003"] { try await eventually { try home.record(id).reason == .stopped } }
    try Files.remove(commands)
    try Files.createFolder(commands)
    #expect(try await home.runpilot("stop", "rp_0001", "--wait").exitCode == 0)
    #expect(try home.record("rp_0001").reason == .stopped)
  }

  @Test("A run whose starter was killed before the agent lived is closed, not left queued for ever")
  func orphanedBirth() async throws {
    let home = try TestHome()
    try home.write("a.yaml", "name: k\nentrypoint: ['true']\n")
    _ = try await home.runpilot("run", "a.yaml")
    var record = try home.record("rp_0001")
    record.status = .queued
    record.reason = nil
    record.exitCode = nil
    record.agent = nil
    try Files.writeAtomically(try JSON.encode(record), to: home.folder("rp_0001").record)
    _ = try await home.runpilot("list", "--rescan")
    #expect(try home.record("rp_0001").reason == .lost)
  }
}
