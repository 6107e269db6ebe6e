import Basics
import FoundationEssentials
import Glibc
import Subprocessing
import Testing
import TrainingModel

@Suite("How runs end")
struct EndTests {
  @Test("A job that exits 0 is a success, with every byte in the log")
  func success() async throws {
    try await withAgent("echo out; echo err >&2; printf 'no newline'") { agent in
      let record = try await agent.run()
      #expect(record.status == .success)
      #expect(record.reason == .exited)
      #expect(record.exitCode == 0)
      #expect(record.signal == nil)
      #expect(record.cleanup?.state == .done)
      #expect(record.warnings.isEmpty, "\(record.warnings)")
      #expect(try agent.log() == "out\nerr\nno newline")
      #expect(!Files.exists(agent.folder.metrics))
      let started = try #require(record.startedAt)
      #expect(try #require(record.finishedAt) >= started)
      #expect(try #require(record.durationSeconds) >= 0)
      #expect(try Files.names(in: agent.folder.agentFolder).sorted() == ["agent.log", "commands", "job.json"])
    }
  }

  @Test(
    "The job's own code and signal are kept apart from ours",
    arguments: [("exit 3", 3, nil), ("kill -SEGV $$", nil, SIGSEGV)] as [(String, Int32?, Int32?)])
  func failures(script: String, code: Int32?, signal: Int32?) async throws {
    try await withAgent(script) { agent in
      let record = try await agent.run()
      #expect(record.status == .failed)
      #expect(record.reason == (code == nil ? .signalled : .exited))
      #expect(record.exitCode == code)
      #expect(record.signal == signal)
    }
  }

  @Test("A job gets its environment, its folder, no terminal and nothing to read")
  func surroundings() async throws {
    let script = #"echo "$RUNPILOT_RUN_ID|$RUNPILOT_PARAM_LR|$RUNPILOT_SEED|$FROM_CALLER|$OWN"; pwd; cat; tty"#
    try await withAgent(script) { spec in
      spec.params = ["lr": .double(0.1)]
      spec.environment = ["OWN": "mine"]
    } _: { agent in
      _ = try await agent.run(environment: ["FROM_CALLER": "theirs", "OWN": "not this"])
      #expect(try agent.log() == "rp_0001|0.1|7|theirs|mine\n\(agent.root)/lab\nnot a tty\n")
    }
  }

  @Test("A program that is not there: never started, with the reason and who has to mend it")
  func neverStarted() async throws {
    let agent = try AgentHarness(["no-such-program-x"])
    defer { agent.remove() }
    let record = try await agent.run()
    #expect(record.status == .failed)
    #expect(record.reason == .neverStarted)
    #expect(record.startFailure == .notFound)
    #expect(record.detail == "no program 'no-such-program-x' in PATH (/usr/local/bin:/usr/bin:/bin)")
    #expect(record.exitCode == nil)
    #expect(record.startedAt == nil)
    #expect(record.durationSeconds == nil)
    #expect(!record.hints.isEmpty)
  }

  @Test("Setup commands run first, in the log; one that fails ends the run as never started")
  func setup() async throws {
    try await withAgent("cat made") {
      $0.setup = ["echo preparing", "echo made > made"]
    } _: { agent in
      let record = try await agent.run()
      #expect(record.status == .success)
      #expect(try agent.log() == "preparing\nmade\n")
    }
    try await withAgent("echo job") {
      $0.setup = ["echo preparing; exit 9", "echo second"]
    } _: { agent in
      let record = try await agent.run()
      #expect(record.reason == .neverStarted)
      #expect(record.startFailure == .setupFailed)
      #expect(record.detail == "the setup command `echo preparing; exit 9` ended with code 9")
      #expect(try agent.log() == "preparing\n")
    }
  }

  @Test("A job that outlives its longest time is ended, and failed")
  func maxDuration() async throws {
    try await withAgent("sleep 600") {
      $0.maxDurationSeconds = 1
    } _: { agent in
      let record = try await agent.run()
      #expect(record.status == .failed)
      #expect(record.reason == .maxDuration)
      #expect(record.signal == SIGINT)
      #expect(try #require(record.durationSeconds) >= 1)
    }
  }

  @Test("Every transition is a whole file: a reader never sees half a record")
  func wholeRecords() async throws {
    try await withAgent("while [ ! -e go ]; do sleep 0.01; done") { agent in
      let child = try agent.start()
      var seen: [RunStatus] = []
      while child.end == nil {
        let status = try agent.recordNow().status
        if seen.last != status { seen.append(status) }
        if status == .running { try Files.writeAtomically(Data(), to: agent.root + "/lab/go") }
        await Task.yield()
      }
      _ = await child.wait()
      seen.append(try agent.recordNow().status)
      #expect(Set(seen).isSubset(of: [.queued, .running, .success]))
      #expect(seen.contains(.running))
      #expect(seen.last == .success)
    }
  }
}
