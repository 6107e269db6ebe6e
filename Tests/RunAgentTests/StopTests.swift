import Basics
import FoundationEssentials
import Glibc
import Subprocessing
import Testing
import TrainingModel

@Suite("Ending jobs")
struct StopTests {
  @Test("A stop is SIGINT first: a job that listens ends in its own way")
  func polite() async throws {
    try await withAgent("trap 'echo saved; exit 5' INT; echo ready; while :; do sleep 0.05; done") { agent in
      let child = try agent.start()
      try await agent.wait("the job is ready") { (try? agent.log())?.contains("ready") ?? false }
      try agent.ask(.stop)
      #expect(await child.wait() == .exited(0))
      let record = try agent.recordNow()
      #expect(record.status == .cancelled)
      #expect(record.reason == .stopped)
      #expect(record.exitCode == 5, "the job's own code, though it was stopped")
      #expect(try agent.log() == "ready\nsaved\n")
    }
  }

  @Test("A job that ignores SIGINT and SIGTERM is killed, with its children")
  func deaf() async throws {
    let script = "trap '' INT TERM; sleep 600 & echo ready; while :; do sleep 0.05; done"
    try await withAgent(script) {
      $0.stopGraceSeconds = 0
    } _: { agent in
      let child = try agent.start()
      try await agent.wait("the job is ready") { (try? agent.log())?.contains("ready") ?? false }
      try agent.ask(.stop)
      #expect(await child.wait() == .exited(0))
      let record = try agent.recordNow()
      #expect(record.reason == .stopped)
      #expect(record.signal == SIGKILL)
      #expect(agent.strays().isEmpty)
    }
  }

  @Test("A kill does not ask")
  func kill() async throws {
    try await withAgent("trap '' INT TERM; echo ready; while :; do sleep 0.05; done") {
      $0.stopGraceSeconds = 600
    } _: { agent in
      let child = try agent.start()
      try await agent.wait("the job is ready") { (try? agent.log())?.contains("ready") ?? false }
      try agent.ask(.stop)
      try agent.ask(.kill)
      #expect(await child.wait() == .exited(0))
      #expect(try agent.recordNow().signal == SIGKILL)
      #expect(try agent.recordNow().status == .cancelled)
    }
  }

  @Test("A wish that is older than the agent counts too, also while setup runs")
  func earlyWish() async throws {
    try await withAgent("echo job") {
      $0.setup = ["sleep 600"]
    } _: { agent in
      try agent.ask(.stop)
      let record = try await agent.run()
      #expect(record.status == .cancelled)
      #expect(record.reason == .stopped)
      #expect(record.startedAt == nil)
      #expect(try agent.log() == "")
    }
  }

  @Test("A signal to the agent is a wish to stop", arguments: [SIGTERM, SIGINT, SIGHUP])
  func agentSignals(signal: Int32) async throws {
    try await withAgent("echo ready; exec sleep 600") { agent in
      let child = try agent.start()
      try await agent.wait("the job is ready") { (try? agent.log())?.contains("ready") ?? false }
      child.signal(signal)
      #expect(await child.wait() == .exited(0))
      #expect(try agent.recordNow().reason == .stopped)
    }
  }

  @Test(
    "What the job leaves behind is ended: in its group, out of it, daemons, those that ignore SIGTERM; the run's end does not wait for them"
  )
  func strays() async throws {
    let script = """
      sleep 600 &
      setsid sh -c 'trap "" TERM; echo daemon; while :; do sleep 0.05; done' &
      (setsid sleep 600 >/dev/null 2>&1 &)
      sleep 0.3; echo done; exit 0
      """
    try await withAgent(script) { agent in
      let record = try await agent.run()
      #expect(record.status == .success)
      #expect(record.exitCode == 0)
      #expect(try #require(record.durationSeconds) < 60)
      #expect(record.cleanup?.state == .done)
      #expect(record.cleanup?.detail?.contains("left behind") ?? false)
      #expect(agent.strays().isEmpty)
      #expect(try agent.log().contains("done"))
    }
  }

  @Test("A background child that ends by itself in a moment is let be, and its last words are kept")
  func lateWords() async throws {
    try await withAgent("(sleep 0.05; echo late) & echo early") { agent in
      let record = try await agent.run()
      #expect(record.status == .success)
      #expect(try agent.log() == "early\nlate\n")
    }
  }

  @Test("An agent killed at any moment leaves a readable record, a free lock and processes that can be found")
  func killedAgent() async throws {
    for delay in [0, 1, 2, 3, 5, 8, 13, 40] {
      try await withAgent("echo ready; sleep 600") { agent in
        let child = try agent.start()
        try await Task.sleep(for: .milliseconds(delay))
        child.signal(SIGKILL)
        #expect(await child.wait() == .signalled(SIGKILL))
        #expect(!FileLock.isHeld(agent.folder.lock))
        #expect(try !agent.recordNow().status.isTerminal)
        let left = await Teardown.end(TeardownStep.kill, find: { agent.strays() })
        #expect(left.isEmpty)
        #expect(agent.strays().isEmpty)
      }
    }
  }
}
