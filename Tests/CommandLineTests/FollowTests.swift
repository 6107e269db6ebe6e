import Basics
import ControlAPI
import FoundationEssentials
import Glibc
import RunPilotCLI
import Synchronization
import Testing
import TrainingModel

@Suite struct FollowTests {
  /// How a run ends and what its follower makes of it.
  struct Ending: Sendable, CustomTestStringConvertible {
    let status: RunStatus
    let reason: RunReason
    var exitCode: Int32?
    var signal: Int32?
    var detail: String?
    var startFailure: StartFailureKind?
    var hints: [String] = []
    let code: Int32
    let says: String
    var testDescription: String { reason.rawValue + " \(code)" }
  }

  @Test(
    "The exit code is the job's, and ours are told apart",
    arguments: [
      Ending(status: .success, reason: .exited, exitCode: 0, code: 0, says: "rp_0009 success in 2m 31s · runpilot show rp_0009"),
      Ending(
        status: .failed, reason: .exited, exitCode: 3, code: 3, says: "rp_0009 failed (exit 3) in 2m 31s · runpilot logs --tail 50 rp_0009"),
      Ending(
        status: .failed, reason: .exited, exitCode: 64, code: 64,
        says: "rp_0009 failed (exit 64) in 2m 31s · runpilot logs --tail 50 rp_0009"),
      Ending(
        status: .failed, reason: .signalled, signal: 11, code: 139,
        says: "rp_0009 failed (SIGSEGV) in 2m 31s · runpilot logs --tail 50 rp_0009"),
      Ending(status: .cancelled, reason: .stopped, code: 130, says: "rp_0009 cancelled in 2m 31s · runpilot show rp_0009"),
      Ending(
        status: .failed, reason: .maxDuration, code: 124, says: "rp_0009 failed (max duration) in 2m 31s · runpilot show rp_0009"),
      Ending(
        status: .failed, reason: .outOfMemory, code: 137, says: "rp_0009 failed (out of memory) in 2m 31s · runpilot logs --tail 50 rp_0009"
      ),
      Ending(
        status: .failed, reason: .lost, code: 74,
        says: "rp_0009 failed (lost) in 2m 31s · its agent died before the job's end was known · runpilot show rp_0009"),
      Ending(
        status: .failed, reason: .neverStarted, detail: "the registry is busy", startFailure: .tryAgain, hints: ["log in: `engine login`"],
        code: 75,
        says:
          "rp_0009 failed (never started) in 2m 31s · the job could not be started: the registry is busy · runpilot show rp_0009\n  hint: log in: `engine login`"
      ),
      Ending(
        status: .failed, reason: .neverStarted, detail: "no image 'nope:1'", code: 78,
        says: "rp_0009 failed (never started) in 2m 31s · the job could not be started: no image 'nope:1' · runpilot show rp_0009"
      ),
      Ending(
        status: .failed, reason: .recordingFailed, exitCode: 0, code: 73,
        says: "rp_0009 failed (not recorded) in 2m 31s · runpilot show rp_0009"),
    ])
  func endings(_ ending: Ending) async throws {
    let stage = try Stage()
    stage.runs.with { $0.ending = Self.ended(ending) }
    let result = try await stage.run("run train.yaml")
    #expect(result.code == ending.code)
    #expect(result.output == "one\ntwo\n")
    #expect(result.errors == "rp_0009 digits on local, from /home/me/digits\n\(ending.says)\n")
    let json = try await stage.run("attach rp_0009 --json")
    #expect(json.code == ending.code)
    let record = try JSON.decode(JSONValue.self, from: Data(json.output.utf8))
    #expect(record["schema"] == .string("runpilot/run/v1"))
    #expect(record["reason"] == .string(ending.reason.rawValue))
    // The job's bytes are not lost, they only do not stand where the object does.
    #expect(json.errors.hasPrefix("one\ntwo\n"))
  }

  static func ended(_ ending: Ending) -> RunRecord {
    var record = SampleRuns.record(9, "digits", minutesAgo: 3)
    record.status = ending.status
    record.reason = ending.reason
    record.exitCode = ending.exitCode
    record.signal = ending.signal
    record.detail = ending.detail
    record.startFailure = ending.startFailure
    record.hints = ending.hints
    record.durationSeconds = 151
    return record
  }

  static let success = ended(Ending(status: .success, reason: .exited, exitCode: 0, code: 0, says: ""))

  @Test("Flags reach the configuration as what they mean")
  func flags() async throws {
    let stage = try Stage()
    stage.runs.with { $0.ending = Self.success }
    let line = """
      run train.yaml -p boxes --name n1 -t a --tag b --env A=1 --env B= --env TOKEN --env-file .env --param lr=0.1 --param on=true \
      --param list=[1,2] --param text=abc --param lr=0.2 --gpus 2 --max-duration 1h30m --fallback local,x --fallback y -q -- --x -- y
      """
    _ = try await stage.run(line)
    let invocation = try #require(stage.configuration.invocations.withLock { $0 }.first)
    #expect(invocation.target == "train.yaml")
    #expect(invocation.provider == "boxes")
    #expect(invocation.name == "n1")
    #expect(invocation.tags == ["a", "b"])
    #expect(invocation.environment == ["A": "1", "B": ""])
    #expect(invocation.secretNames == ["TOKEN"])
    #expect(invocation.environmentFile == ".env")
    #expect(invocation.params == ["lr": .double(0.2), "on": .bool(true), "list": .array([.int(1), .int(2)]), "text": .string("abc")])
    #expect(invocation.gpus == 2)
    #expect(invocation.maxDurationSeconds == 5_400)
    #expect(invocation.fallback == ["local", "x", "y"])
    #expect(invocation.arguments == ["--x", "--", "y"])
    #expect(!invocation.forceLocal)
  }

  @Test("--detach prints the id and follows nothing; --quiet says nothing more")
  func detach() async throws {
    let stage = try Stage()
    let result = try await stage.run("run train.yaml --detach")
    #expect(result.code == 0)
    #expect(result.output == "rp_0009\n")
    #expect(result.errors == "follow it: runpilot attach rp_0009\nstop it:   runpilot stop rp_0009\n")
    #expect(try await stage.run("run train.yaml -dq").errors == "")
  }

  @Test("--quiet leaves only the job's bytes")
  func quiet() async throws {
    let stage = try Stage()
    stage.runs.with { $0.ending = Self.success }
    let result = try await stage.run("run train.yaml -q")
    #expect(result.output == "one\ntwo\n")
    #expect(result.errors == "")
  }

  @Test("--dry-run submits nothing and opens no runs")
  func dryRun() async throws {
    let stage = try Stage()
    let result = try await stage.run("run train.yaml --dry-run --param lr=0.1 -- --flag 'x")
    #expect(result.code == 0)
    #expect(result.output.contains("command   python3 train.py --flag ''\\''x'\n"))
    #expect(result.output.hasSuffix("nothing was run\n"))
    #expect(stage.opened.withLock { $0 } == ["configuration"])
    let json = try await stage.run("run train.yaml --dry-run --json")
    #expect(try JSON.decode(JSONValue.self, from: Data(json.output.utf8))["spec"]?["provider"] == .string("local"))
  }

  @Test("Notes of the configuration are told")
  func notes() async throws {
    let stage = try Stage(configuration: FakeConfiguration(notes: ["gpu is ignored here"]))
    #expect(try await stage.run("run train.yaml -d").errors.hasPrefix("note: gpu is ignored here\n"))
  }

  @Test("What the agent has to say about a run is told once, and not again where it is the reason of the end")
  func agentNotes() async throws {
    var record = SampleRuns.record(9, "digits", minutesAgo: 1)
    record.warnings = ["gpu is ignored here", "no memory limit", "5 MiB were lost"]
    (record.status, record.reason, record.detail) = (.failed, .recordingFailed, "5 MiB were lost")
    let runs = FakeRuns()
    runs.with { [record] state in
      state.events = [.record(record), .record(record)]
      state.ending = record
    }
    let stage = try Stage(runs: runs, configuration: FakeConfiguration(notes: ["gpu is ignored here"]))
    let result = try await stage.run("run train.yaml")
    for note in ["note: gpu is ignored here\n", "note: no memory limit\n", "5 MiB were lost"] {
      #expect(result.errors.ranges(of: note).count == 1, "\(result.errors)")
    }
    #expect(try await stage.run("run train.yaml -q").errors == "note: gpu is ignored here\n")
    #expect(runs.with { $0.submitted.first?.notes } == ["gpu is ignored here"])
  }

  @Test("A run that is refused is an error with the provider's words")
  func refused() async throws {
    let stage = try Stage()
    stage.runs.with { $0.submitError = .init(message: "no engine answers", hints: ["start it: `dev/engine.sh`"], exitCode: .unavailable) }
    let result = try await stage.run("run train.yaml")
    #expect(result.code == 69)
    #expect(result.errors == "runpilot: no engine answers\n  hint: start it: `dev/engine.sh`\n")
  }

  @Test("Progress is shown while the agent prepares, in plain lines when nobody watches")
  func progress() async throws {
    let stage = try Stage()
    stage.runs.with { state in
      state.ending = Self.success
      state.events = [
        .progress(RunProgress(phase: "pulling image", detail: "train:2.4", current: 1 << 20, total: 4 << 20)),
        .record(SampleRuns.alive),
      ]
    }
    let plain = try await stage.run("run train.yaml")
    #expect(plain.errors.contains("\npulling image  ━━━━━───────────────  25%  1 MiB of 4 MiB  train:2.4\n"))
    let terminal = try await stage.run("run train.yaml", columns: 60, terminal: true)
    #expect(terminal.errors.contains("\r\u{1B}[Kpulling image  ━━━━━───────────────  25%  1 MiB of 4 MiB  …\r\u{1B}[K"))
  }

  struct Interruption: Sendable, CustomTestStringConvertible {
    let line: String
    let signals: [Int32]
    let stops: [String]
    let code: Int32
    let says: String
    var testDescription: String { "\(line) \(signals)" }
  }

  @Test(
    "What signals do",
    arguments: [
      Interruption(
        line: "attach rp_0005", signals: [SIGINT], stops: ["rp_0005 stop"], code: 130, says: "stopping rp_0005; Ctrl-C again kills it\n"),
      Interruption(
        line: "attach rp_0005", signals: [SIGTERM], stops: [], code: 143,
        says: "rp_0005 goes on; follow it again: runpilot attach rp_0005\n"),
      Interruption(
        line: "attach rp_0005", signals: [SIGHUP], stops: [], code: 129, says: "rp_0005 goes on; follow it again: runpilot attach rp_0005\n"
      ),
      Interruption(
        line: "logs -f rp_0005", signals: [SIGINT], stops: [], code: 130,
        says: "rp_0005 goes on; follow it again: runpilot attach rp_0005\n"),
    ])
  func signals(_ test: Interruption) async throws {
    let stage = try Stage(runs: SampleRuns.fakes(), signals: test.signals)
    let result = try await stage.run(test.line)
    #expect(result.code == test.code)
    #expect(stage.runs.with { $0.stops } == test.stops)
    #expect(result.errors.hasPrefix(test.says), "\(result.errors)")
  }

  @Test("A second Ctrl-C kills, a third leaves")
  func impatience() async throws {
    let stage = try Stage(runs: SampleRuns.fakes(), signals: [SIGINT, SIGINT])
    // With an event the fake job ignores the polite request.
    stage.runs.with { $0.events = [.record(SampleRuns.alive)] }
    let result = try await stage.run("attach rp_0005")
    #expect(result.code == 130)
    #expect(stage.runs.with { $0.stops } == ["rp_0005 stop", "rp_0005 kill"])
    #expect(result.errors.hasPrefix("stopping rp_0005; Ctrl-C again kills it\nkilling rp_0005\n"))
  }

  @Test("rerun repeats with changes, takes secrets from here and remembers its origin")
  func rerun() async throws {
    let stage = try Stage(runs: SampleRuns.fakes())
    stage.runs.with { state in
      state.ending = Self.success
      var spec = RunSpec(name: "old", entrypoint: ["a"], projectFolder: "/p", provider: "local")
      spec.params = ["lr": .double(0.1), "epochs": .int(3)]
      spec.secretNames = ["TOKEN"]
      spec.tags = ["x"]
      spec.seed = 7
      state.specification = spec
    }
    #expect(try await stage.run("rerun rp_0002 --param lr=0.5 --tag y --tag x").code == 0)
    let request = try #require(stage.runs.with { $0.submitted.first })
    #expect(request.spec.params == ["lr": .double(0.5), "epochs": .int(3)])
    #expect(request.spec.tags == ["x", "y"])
    #expect(request.spec.seed == 7)
    #expect(request.origin?.rerunOf == SampleRuns.best.uid)
    #expect(request.secrets["TOKEN"]?.withExposed { $0 } == "value of TOKEN")
  }

  @Test("logs copies, and --tail begins late")
  func logs() async throws {
    let stage = try Stage(runs: SampleRuns.fakes())
    #expect(try await stage.run("logs rp_0002").output == "one\ntwo\n")
    #expect(try await stage.run("logs rp_0002 --tail 1").output == "two\n")
    stage.runs.with { $0.ending = Self.success }
    let followed = try await stage.run("logs rp_0002 -f --tail 1")
    #expect(followed.output == "two\n" && followed.errors == "" && followed.code == 0)
  }
}
