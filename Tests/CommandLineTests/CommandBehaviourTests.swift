import Basics
import ControlAPI
import FoundationEssentials
import Synchronization
import TerminalUI
import Testing
import TrainingModel

@testable import RunPilotCLI

@Suite struct CommandBehaviourTests {
  @Test(
    "JSON is one object with its schema",
    arguments: [
      ("list --json", "runs"), ("show rp_0002 --json", "run"), ("metrics rp_0002 --json", "metrics"),
      ("metrics rp_0002 --samples --json", "metrics"),
      ("compare rp_0001 rp_0002 --json", "comparison"), ("stop rp_0005 --json", "run-changes"),
      ("delete rp_0001 --yes --json", "run-changes"),
      ("prune --older-than 30d --dry-run --json", "runs"), ("export rp_0002 -o x.tar.gz --json", "export"),
      ("import x.tar.gz --json", "import"),
      ("providers --json", "providers"), ("providers show boxes --json", "provider"), ("providers check --json", "checks"),
      ("config show --json", "config"), ("config set default boxes --json", "config-change"), ("config validate --json", "validation"),
      ("trust --yes --json", "trust"), ("doctor --json", "checks"), ("version --json", "version"), ("init demo --json", "init"),
      ("run a.yaml --detach --json", "run"), ("run a.yaml --dry-run --json", "plan"), ("rerun rp_0002 --detach --json", "run"),
    ])
  func json(_ line: String, _ kind: String) async throws {
    let result = try await Stage(runs: SampleRuns.fakes()).run(line)
    #expect(result.code == 0)
    let value = try JSON.decode(JSONValue.self, from: Data(result.output.utf8))
    #expect(value["schema"] == .string("runpilot/\(kind)/v1"))
    #expect((value.objectValue?.count ?? 0) > 1)
    #expect(!result.output.contains("\u{1B}"))
  }

  @Test(
    "-q prints ids and nothing else",
    arguments: [
      ("list -q", "rp_0005\nrp_0004\nrp_0003\nrp_0002\nrp_0001\n"), ("show @latest -q", "rp_0005\n"), ("providers -q", "local\nboxes\n"),
      ("delete rp_0001 -q --yes", "rp_0001\n"), ("prune --older-than 30d --dry-run -q", "rp_0001\n"),
      ("list -q --status running", "rp_0005\n"),
    ])
  func quiet(_ line: String, _ output: String) async throws {
    let result = try await Stage(runs: SampleRuns.fakes()).run(line)
    #expect(result.output == output)
    #expect(result.errors == "")
  }

  @Test("A listing asks for what was typed")
  func query() async throws {
    let stage = try Stage(runs: SampleRuns.fakes())
    _ = try await stage.run(
      "list --status failed --status running -t a --name m*t --since 2d --limit 5 --sort metric:val_loss --project p --rescan")
    var query = RunQuery()
    query.statuses = [.failed, .running]
    query.tags = ["a"]
    query.nameGlob = "m*t"
    query.project = "p"
    query.since = Stage.now.addingTimeInterval(-2 * 86_400)
    query.limit = 5
    query.order = .metric("val_loss", ascending: true)
    query.rescan = true
    #expect(stage.runs.with { $0.query } == query)
    _ = try await stage.run("list --since 2026-11-01 --sort metric:accuracy")
    #expect(stage.runs.with { $0.query?.since } == Date(timeIntervalSince1970: 1_793_491_200))
    #expect(stage.runs.with { $0.query?.order } == .metric("accuracy", ascending: false))
  }

  @Test("An empty home says how to begin, on standard error")
  func empty() async throws {
    let result = try await Stage().run("list")
    #expect(result.output == "" && result.errors == "no runs yet; begin with: runpilot init\n" && result.code == 0)
    #expect(try await Stage().run("list --status failed").errors == "no run matches\n")
  }

  @Test(
    "delete asks a person, and takes only yes for yes",
    arguments: [("y", ["rp_0001"]), ("YES ", ["rp_0001"]), ("n", []), ("", []), ("yep", [])] as [(String, [String])])
  func asking(_ answer: String, _ deleted: [String]) async throws {
    let stage = try Stage(runs: SampleRuns.fakes(), answer: answer)
    let result = try await stage.run("delete rp_0001")
    #expect(result.errors.hasPrefix("Delete rp_0001 digits-mlp with logs and outputs? [y/N] "))
    #expect(stage.runs.with { $0.deleted.map(\.rawValue) } == deleted)
    #expect(result.code == (deleted.isEmpty ? 130 : 0))
  }

  @Test("A run whose record cannot be read is listed as damaged and can be deleted by its id")
  func damaged() async throws {
    let stage = try Stage(runs: SampleRuns.fakes())
    stage.runs.with {
      $0.damaged = [RunSummary(damaged: RunID("rp_0006"), runDir: "/x", damage: "run.json: line 1 is no JSON", createdAt: Stage.now)]
    }
    #expect(try await stage.run("list").output.contains("rp_0006  run.json: line 1 is no JSON"))
    #expect(try await stage.run("delete rp_0006 --yes").code == 0)
    #expect(stage.runs.with { $0.deleted } == [RunID("rp_0006")])
    #expect(try await stage.run("delete rp_0007 --yes").code == 66)
  }

  @Test("A deletion that fails in part says so and ends with 3")
  func partly() async throws {
    let stage = try Stage(runs: SampleRuns.fakes())
    stage.runs.with { $0.undeletable = ["rp_0001"].map { RunID($0) }.reduce(into: []) { $0.insert($1) } }
    let result = try await stage.run("delete rp_0001 rp_0002 rp_0002 --yes")
    #expect(result.code == 3)
    #expect(result.output == "rp_0002  deleted\n")
    #expect(result.errors.hasPrefix("runpilot: cannot remove /runs/rp_0001: Permission denied\n"))
    #expect(try await stage.run("delete rp_0001 --yes").code == 73)
  }

  @Test(
    "prune takes what all conditions name, never what is alive",
    arguments: [
      ("--older-than 30d", ["rp_0001"]), ("--older-than 1h", ["rp_0004", "rp_0003", "rp_0002", "rp_0001"]),
      ("--status failed", ["rp_0004", "rp_0003"]), ("--status failed --keep-last 1", ["rp_0003"]), ("--keep-last 3", ["rp_0001"]),
      ("--keep-last 0", ["rp_0004", "rp_0003", "rp_0002", "rp_0001"]), ("--older-than 10w", []), ("--status running", []),
    ] as [(String, [String])])
  func prune(_ conditions: String, _ gone: [String]) async throws {
    let stage = try Stage(runs: SampleRuns.fakes())
    #expect(try await stage.run("prune \(conditions) --dry-run").code == 0)
    #expect(stage.runs.with { $0.deleted } == [])
    #expect(try await stage.run("prune \(conditions) --yes").code == 0)
    #expect(stage.runs.with { $0.deleted.map(\.rawValue) } == gone)
  }

  @Test("trust shows what it would allow before it asks, and allows only that", arguments: ["y", "n"])
  func trust(_ answer: String) async throws {
    let stage = try Stage(answer: answer)
    let asked = try await stage.run("trust")
    let allowed = "providers.far.endpoint = https://example.org (providers.toml:3)"
    let shown = try #require(asked.errors.firstRange(of: allowed), "\(asked.errors)")
    let question = try #require(asked.errors.firstRange(of: "[y/N]"))
    #expect(shown.upperBound < question.lowerBound)
    #expect(stage.configuration.trusted.withLock { $0 } == (answer == "y" ? "c0ffee" : nil))
    guard answer == "y" else { return #expect(asked.code == 130) }
    #expect(asked.output.hasPrefix("trusted  /p\n"))
    let again = try await stage.run("trust")
    #expect(again.code == 0 && again.errors.isEmpty, "nobody is asked twice for the same content")
    #expect(try await stage.run("trust --revoke").output.hasPrefix("not trusted  /p\n"))
  }

  @Test("show names the run that was repeated by its id when it is here, else by its uid")
  func rerunOf() async throws {
    var again = SampleRuns.record(2, "again", minutesAgo: 1)
    again.origin = RunOrigin(rerunOf: SampleRuns.first.uid)
    var orphan = SampleRuns.record(3, "orphan", minutesAgo: 1)
    orphan.origin = RunOrigin(rerunOf: "019aa000-0000-7000-8000-000000000099")
    let stage = try Stage(runs: FakeRuns([orphan, again, SampleRuns.first]))
    #expect(try await stage.run("show rp_0002").output.contains("rp_0001  digits-mlp\n"))
    #expect(try await stage.run("show rp_0003").output.contains("019aa000-0000-7000-8000-000000000099\n"))
  }

  @Test("prune shows its plan before it asks")
  func prunePlan() async throws {
    let stage = try Stage(runs: SampleRuns.fakes(), answer: "y")
    let result = try await stage.run("prune --older-than 30d", columns: 80)
    #expect(result.errors.contains("rp_0001  digits-mlp"))
    #expect(result.errors.hasSuffix("Delete this run with logs and outputs? [y/N] "))
    #expect(result.output == "rp_0001  deleted\n")
  }

  @Test("stop tells of runs that are over, and waits when asked")
  func stop() async throws {
    let stage = try Stage(runs: SampleRuns.fakes())
    #expect(try await stage.run("stop rp_0005 rp_0002").output == "rp_0005  stopping\nrp_0002  over already: success\n")
    #expect(stage.runs.with { $0.stops } == ["rp_0005 stop", "rp_0002 stop"])
    #expect(try await stage.run("stop rp_0005 --kill --wait").output == "rp_0005  cancelled\n")
  }

  @Test("export replaces nothing unless it is told to")
  func export() async throws {
    let stage = try Stage(runs: SampleRuns.fakes())
    #expect(try await stage.run("export rp_0002").output == "rp_0002  \(stage.folder)/rp_0002.tar.gz  7 B\n")
    let again = try await stage.run("export rp_0002")
    #expect(again.code == 73 && again.errors.contains("is there already"))
    #expect(try await stage.run("export rp_0002 --force").code == 0)
  }

  @Test("init writes an example once and never touches it again")
  func initialise() async throws {
    let stage = try Stage()
    let first = try await stage.run("init demo")
    #expect(first.code == 0)
    #expect(first.output.contains("next   runpilot run \(stage.folder)/demo/runpilot.yaml\n"))
    #expect(try Files.readText(stage.folder + "/demo/runpilot.yaml").contains("\nname: demo\n"))
    try Files.writeAtomically(Data("mine".utf8), to: stage.folder + "/demo/runpilot.yaml")
    let second = try await stage.run("init demo")
    #expect(second.code == 73 && second.errors.contains("nothing was written"))
    try Files.remove(stage.folder + "/demo/train.py")
    let third = try await stage.run("init demo")
    #expect(third.code == 3)
    #expect(try Files.readText(stage.folder + "/demo/runpilot.yaml") == "mine")
  }

  @Test("The example script of init trains, and says METRIC")
  func exampleTrains() async throws {
    let stage = try Stage()
    _ = try await stage.run("init")
    let output = try CompletionTests.output(
      of: "sh", "RUNPILOT_OUTPUT_DIR=. RUNPILOT_PARAM_EPOCHS=3 python3 \(stage.folder)/train.py && cat model.json")
    #expect(output.contains("METRIC {\"step\": 3, \"loss\": 0."))
    #expect(output.contains("\"weights\""))
    #expect(!output.contains("status"))
  }

  @Test("Checks that fail end with 69 when none can be used, with 3 when some can")
  func checks() async throws {
    #expect(try await Stage().run("providers check").code == 0)
    let some = try await Stage(providers: FakeProviders(failing: ["boxes"])).run("providers check", columns: 60)
    #expect(some.code == 3)
    #expect(
      some.output.contains(
        "  FAIL  engine  no engine answers at /run/engine.sock\n                hint: start it: `sudo systemctl start engine`\n"))
    #expect(try await Stage(providers: FakeProviders(failing: ["boxes"])).run("providers check boxes").code == 69)
    #expect(try await Stage(providers: FakeProviders(failing: ["boxes"])).run("doctor").code == 3)
    #expect(try await Stage(configuration: FakeConfiguration(problems: ["a.yaml:1:1: tab"])).run("config validate").code == 78)
  }

  @Test("A setup is shown, asked about, made once, and not asked about again")
  func setup() async throws {
    let shown = try await Stage().run("providers setup boxes --dry-run")
    #expect(shown.code == 0)
    #expect(shown.output.contains("there    bucket mail\n           it has rules of its own\n"))
    #expect(shown.output.contains("missing  role machine, for machines only\n           {\"Version\":\"2012\"}\n"))
    #expect(shown.output.contains("mailbox = \"s3://mail/runs\""))
    let providers = FakeProviders()
    let unasked = try await Stage(providers: providers).run("providers setup boxes")
    #expect(unasked.code == 64)
    #expect(unasked.errors.contains("missing  role machine"))
    #expect(providers.made.setup.steps.map(\.isDone) == [true, false])
    let made = try await Stage(providers: providers).run("providers setup boxes --yes")
    #expect(made.code == 0)
    #expect(made.errors.contains("making role machine"))
    #expect(providers.made.setup.steps.map(\.isDone) == [true, true])
    #expect(try await Stage(providers: providers).run("providers setup boxes").code == 0)
    #expect(try await Stage().run("providers setup nobody").code == 66)
  }

  @Test("Charts follow a run in place until it ends")
  func watching() async throws {
    let stage = try Stage(runs: SampleRuns.fakes())
    let output = try Descriptor.open(stage.folder + "/out", 0o102)
    let errors = try Descriptor.open(stage.folder + "/err", 0o102)
    var world = stage.world(output: output.raw, errors: errors.raw, facts: .init(columns: 60, isTerminal: true))
    world.pause = { [runs = stage.runs] _ in
      runs.with { state in
        state.metrics[RunID("rp_0005")] = SampleRuns.metrics(RunID("rp_0005"), loss: 0.25, accuracy: 0.9)
        state.records[0].status = .success
      }
    }
    #expect(await runCLI(arguments: ["metrics", "rp_0005", "--plot", "-f"], world: world) == 0)
    let text = try Files.readText(stage.folder + "/out")
    #expect(text.contains("rp_0005 running\n\u{1B}["))
    #expect(text.hasSuffix("rp_0005 success\n"))
    #expect(text.contains("accuracy 0.9\n"))
  }

  @Test("The version is answered at once, and the same as by the command", arguments: ["version", "--version", "-V"])
  func version(_ word: String) async throws {
    #expect(quickAnswer(arguments: [word], version: "1.2.3") == "runpilot 1.2.3\n")
    #expect(try await Stage().run(word).output == "runpilot 1.2.3\n")
    #expect(quickAnswer(arguments: [word, "--json"], version: "1.2.3") == nil)
    #expect(quickAnswer(arguments: [], version: "1.2.3") == nil)
  }

  @Test("Other spellings are taken before -- only")
  func spellings() async throws {
    let stage = try Stage()
    let output = try Descriptor.open(stage.folder + "/out", 0o102)
    var world = stage.world(output: output.raw, errors: output.raw, facts: .init())
    world.spellings = ["--no-boxes": "--force-local"]
    _ = await runCLI(arguments: ["run", "a.yaml", "-d", "--no-boxes", "--", "--no-boxes"], world: world)
    let invocation = try #require(stage.configuration.invocations.withLock { $0 }.first)
    #expect(invocation.forceLocal && invocation.arguments == ["--no-boxes"])
  }

  @Test("Words of a command line are quoted as a shell would need it")
  func quoting() {
    #expect(RunWords.commandLine(["a", "b c", "", "it's", "x=1", "$HOME", "é"]) == "a 'b c' '' 'it'\\''s' x=1 '$HOME' é")
  }
}
