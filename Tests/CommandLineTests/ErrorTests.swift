import Basics
import FoundationEssentials
import RunPilotCLI
import Synchronization
import TerminalUI
import Testing
import TrainingModel

@Suite struct ErrorTests {
  struct Slip: Sendable, CustomTestStringConvertible {
    let line: String
    let code: Int32
    let says: String
    var testDescription: String { line }
  }

  static let slips = [
    Slip(line: "lst", code: 64, says: "runpilot: unknown command 'lst'; did you mean 'list'?\n  hint: see `runpilot --help`\n"),
    Slip(
      line: "run", code: 64,
      says: "runpilot: missing <config>\n  hint: such as: `runpilot run train.yaml`\n  hint: see `runpilot run --help`\n"),
    Slip(
      line: "--verison", code: 64,
      says: "runpilot: unknown option '--verison'; did you mean '--version'?\n  hint: see `runpilot --help`\n"),
    Slip(
      line: "prune --older-than 30", code: 64,
      says: """
        runpilot: invalid value '30' for '--older-than': expected a length of time with its unit, such as 12h, 7d or 4w
          hint: see `runpilot prune --help`

        """),
    Slip(
      line: "run train.py --lr 0.1", code: 64,
      says: """
        runpilot: unknown option '--lr'
          hint: to pass it on to the job, write it after `--`: `runpilot run … -- --lr`
          hint: see `runpilot run --help`

        """),
    Slip(
      line: "run a.yaml --max-duration soon", code: 64,
      says: """
        runpilot: invalid value 'soon' for '--max-duration': expected a length of time such as 90s, 15m, 2h or 7d
          hint: see `runpilot run --help`

        """),
    Slip(
      line: "run a.yaml --param lr", code: 64,
      says: "runpilot: invalid value 'lr' for '--param': expected KEY=VALUE\n  hint: see `runpilot run --help`\n"),
    Slip(
      line: "run a.yaml --env 1X=2", code: 64,
      says: """
        runpilot: invalid value '1X=2' for '--env': expected NAME=VALUE, or NAME alone for a secret of your environment
          hint: see `runpilot run --help`

        """),
    Slip(
      line: "run a.yaml --provider boxes --force-local", code: 64,
      says: "runpilot: '--provider' and '--force-local' exclude each other\n  hint: see `runpilot run --help`\n"),
    Slip(
      line: "run missing.yaml", code: 65,
      says: "runpilot: missing.yaml: no such file\n  hint: did you mean `runpilot run train.yaml`?\n"),
    Slip(line: "show rp_7777", code: 66, says: "runpilot: no run 'rp_7777'\n  hint: see which there are: `runpilot list`\n"),
    Slip(
      line: "list --status done", code: 64,
      says: """
        runpilot: invalid value 'done' for '--status': expected one of queued, pending, running, success, failed, cancelled
          hint: see `runpilot list --help`

        """),
    Slip(
      line: "list --status runing", code: 64,
      says: "runpilot: invalid value 'runing' for '--status'; did you mean 'running'?\n  hint: see `runpilot list --help`\n"),
    Slip(
      line: "list --sort loss", code: 64,
      says: """
        runpilot: invalid value 'loss' for '--sort': expected created, duration, name, metric:NAME, metric:NAME:asc or metric:NAME:desc
          hint: see `runpilot list --help`

        """),
    Slip(
      line: "list --limit -1", code: 64,
      says: "runpilot: invalid value '-1' for '--limit': expected a whole number, 0 or more\n  hint: see `runpilot list --help`\n"),
    Slip(
      line: "delete rp_0002 rp_0005 --yes", code: 77,
      says: "runpilot: rp_0005 is alive; nothing was deleted\n  hint: stop first: `runpilot stop --wait rp_0005`\n"),
    Slip(
      line: "delete rp_0002", code: 64,
      says: """
        runpilot: nothing was done: this needs a yes, and there is no terminal to ask at
          hint: say it in the command: add `--yes`

        """),
    Slip(
      line: "prune", code: 64,
      says: """
        runpilot: prune without a condition would delete every run
          hint: say which: `runpilot prune --older-than 30d`
          hint: see `runpilot prune --help`

        """),
    Slip(
      line: "compare rp_0001", code: 64,
      says: """
        runpilot: one run has nothing to be compared with
          hint: name two: `runpilot compare rp_0001 @latest`
          hint: see `runpilot compare --help`

        """),
    Slip(
      line: "metrics rp_0002 --only los", code: 66,
      says: """
        runpilot: rp_0002 has reported no metric 'los'; did you mean 'loss'?
          hint: it has: accuracy, loss, val_loss

        """),
    Slip(
      line: "metrics rp_0002 --plot --samples", code: 64,
      says: "runpilot: '--plot' and '--samples' exclude each other\n  hint: see `runpilot metrics --help`\n"),
    Slip(
      line: "providers show boxs", code: 66,
      says: "runpilot: no provider 'boxs' in providers.toml; did you mean 'boxes'?\n  hint: see which there are: `runpilot providers`\n"),
    Slip(
      line: "export rp_0002 -o .", code: 73,
      says: "runpilot: FOLDER is a folder\n  hint: name a file: `-o FOLDER/run.tar.gz`\n"),
    Slip(
      line: "completions tcsh", code: 64,
      says: "runpilot: invalid value 'tcsh' for '<shell>': expected one of bash, zsh, fish\n  hint: see `runpilot completions --help`\n"),
  ]

  @Test("Every slip ends with its code, one line and a way out, and nothing on standard output", arguments: slips)
  func answered(_ slip: Slip) async throws {
    let stage = try Stage(runs: SampleRuns.fakes())
    let result = try await stage.run(slip.line)
    #expect(result.code == slip.code)
    #expect(result.output == "")
    #expect(result.errors.split(separator: stage.folder, omittingEmptySubsequences: false).joined(separator: "FOLDER") == slip.says)
    #expect(stage.runs.with { $0.deleted } == [])
  }

  @Test("With --json the error is one JSON object with the same words", arguments: slips)
  func json(_ slip: Slip) async throws {
    let stage = try Stage(runs: SampleRuns.fakes())
    // `completions` and `logs` print no JSON and know no --json.
    if slip.line.hasPrefix("completions") || slip.line == "lst" { return }
    let result = try await stage.run(slip.line + " --json")
    #expect(result.code == slip.code)
    #expect(result.output == "")
    let error = try JSON.decode(JSONValue.self, from: Data(result.errors.utf8))
    #expect(error["schema"] == .string("runpilot/error/v1"))
    #expect(error["exit_code"] == .int(Int64(slip.code)))
    #expect(slip.says.contains("x") || error["message"]?.stringValue?.isEmpty == false)
    #expect(error["hints"]?.arrayValue?.isEmpty == false)
  }

  @Test("A slip opens no service")
  func opensNothing() async throws {
    let stage = try Stage()
    for line in ["run --lr", "lst", "version", "--help", "run --help", "completions bash", "help config set"] {
      _ = try await stage.run(line)
    }
    #expect(stage.opened.withLock { $0 } == [])
  }

  @Test("An error that nobody foresaw is a defect and says so")
  func unforeseen() async throws {
    struct Odd: Error {}
    let stage = try Stage()
    let facts = TerminalFacts()
    let output = try Descriptor.open(stage.folder + "/out", 0o102)
    let errors = try Descriptor.open(stage.folder + "/err", 0o102)
    var world = stage.world(output: output.raw, errors: errors.raw, facts: facts)
    world.runs = { throw Odd() }
    #expect(await runCLI(arguments: ["list"], world: world) == 70)
    #expect(try Files.readText(stage.folder + "/err").contains("this is a defect of runpilot"))
  }

  @Test("A reader that has gone is no error")
  func closedPipe() async throws {
    let stage = try Stage(runs: SampleRuns.fakes())
    let full = try Descriptor.open("/dev/full", 1)
    let errors = try Descriptor.open(stage.folder + "/err", 0o102)
    // /dev/full is the other case: a disk without room is told.
    #expect(await runCLI(arguments: ["list"], world: stage.world(output: full.raw, errors: errors.raw, facts: TerminalFacts())) == 73)
    #expect(
      try Files.readText(stage.folder + "/err")
        == "runpilot: cannot write standard output: No space left on device\n  hint: free some space there, or move RunPilot's home with RUNPILOT_HOME=/other/disk\n"
    )
    let gone = try ClosedPipe()
    #expect(await runCLI(arguments: ["list"], world: stage.world(output: gone.end.raw, errors: errors.raw, facts: TerminalFacts())) == 0)
    #expect(
      await runCLI(arguments: ["run", "a.yaml"], world: stage.world(output: gone.end.raw, errors: errors.raw, facts: TerminalFacts()))
        == 141)
    #expect(
      try Files.readText(stage.folder + "/err").hasSuffix(
        "nobody reads the output any more; rp_0009 goes on; follow it again: runpilot attach rp_0009\n"))
  }
}
