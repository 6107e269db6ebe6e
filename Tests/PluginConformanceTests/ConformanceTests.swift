import Basics
import ControlAPI
import FoundationEssentials
import Orchestration
import PluginHost
import ProviderKit
import RunPilotTesting
import RunStore
import Subprocessing
import Testing
import TrainingModel

@testable import PluginConformance

/// The kit is held against a plugin that keeps every promise, and against the same with one line changed: each promise is seen broken.
@Suite("The conformance kit")
struct ConformanceTests {
  /// A plugin to begin from.
  private enum Sample: String {
    case processes, nice
    var path: String {
      Paths.resolve("../../../docs/examples/plugins/runpilot-provider-\(rawValue)", from: Paths.parent(of: #filePath) + "/x")
    }
  }

  /// A sample plugin with something in it that is otherwise, and all of its machines gone with the test.
  private final class Subject: Sendable {
    let folder: TemporaryFolder
    let bench: ProbeBench

    convenience init(_ sample: Sample = .processes, _ changes: [(String, String)] = [], callers: [String: String] = [:]) throws {
      var text = try Files.readText(sample.path)
      for (old, new) in changes {
        #expect(text.contains(old), "the sample has no such line any more: \(old)")
        text = text.replacing(old, with: new)
      }
      let folder = try TemporaryFolder()
      let settings: [String: JSONValue] = sample == .processes ? ["folder": .string(folder.path + "/machines")] : [:]
      try self.init(program: text, in: folder, settings: settings, callers: callers)
    }

    /// - Parameter credentials: variables of `callers` that it sees.
    init(
      program text: String, in folder: TemporaryFolder, settings: [String: JSONValue] = [:], callers: [String: String] = [:],
      credentials: [String] = []
    ) throws {
      self.folder = folder
      let path = folder.path + "/runpilot-provider-subject"
      try Files.writeAtomically(Array(text.utf8), to: path, mode: 0o755)
      let environment = ["PATH": "/usr/bin:/bin", "HOME": folder.path, "LANG": "C.UTF-8"].merging(callers) { $1 }
      let home = folder.path
      let launcher = AgentLauncher(executable: try BuiltProducts.path("runpilot-agent"), environment: environment)
      let launches = ProbeLaunches(starter: launcher) { command in
        let spec = RunSpec(name: "trial", entrypoint: command, projectFolder: home, provider: "trial")
        let new = try RunStore(home: home).create { id, folder in
          (RunRecord(id: id, uid: UUID().uuidString.lowercased(), spec: spec, runDir: folder.path, createdAt: Date()), [:])
        }
        return LaunchRequest(record: new.record, spec: spec, folder: new.folder, secrets: [:], seed: 1, lock: new.lock)
      }
      bench = ProbeBench(
        PluginFile(path), settings: settings, callers: environment, credentials: credentials, folder: home, version: "0.1.0",
        launches: launches)
    }

    deinit {
      // What a broken plugin has lost nobody else would end.
      for process in ProcessTable().processes(withEnvironment: "HOME", folder.path) { process.signal(9) }
    }
  }

  @Test("a plugin that keeps every promise reaches the levels that it claims, and leaves nothing")
  func whole() async throws {
    let subject = try Subject()
    let verdict = await ConformanceKit(subject.bench).run { _ in }
    #expect(verdict.isPassed, "\(verdict.checks.filter { $0.outcome == .failed })")
    #expect(verdict.levels == ["core", "tags"] && verdict.plugin == "processes 1.0")
    #expect(verdict.checks.map(\.number) == Array(1...verdict.checks.count))
    try await eventually { ProcessTable().processes(withEnvironment: "HOME", subject.folder.path).isEmpty }
  }

  @Test("so does one whose runs are processes here: it is asked to launch, with real agents")
  func wholeNear() async throws {
    let subject = try Subject(.nice)
    let verdict = await ConformanceKit(subject.bench).run { _ in }
    #expect(verdict.isPassed, "\(verdict.checks.filter { $0.outcome == .failed })")
    #expect(verdict.levels == ["core"] && verdict.checks.filter { $0.name.contains("launch") && $0.outcome == .passed }.count == 2)
    try await eventually { ProcessTable().processes(withEnvironment: "HOME", subject.folder.path).isEmpty }
  }

  /// A provider that is compiled in, served to the kit as any other plugin, in an account of its own at the tests' cloud.
  private func served(_ module: String) async throws -> Subject {
    func subject(settings: [String: JSONValue] = [:], callers: [String: String] = [:]) throws -> Subject {
      let program = try BuiltProducts.path("runpilot")
      return try Subject(
        program: "#!/bin/sh\nexec '\(program)' plugins serve \(module)\n", in: TemporaryFolder(), settings: settings,
        callers: callers,
        credentials: Array(callers.keys))
    }
    switch module {
    case "aws":
      return try subject(
        settings: ["region": .string("us-east-1")], callers: try await TestEngines.aws.account(AWSAccount.Settings()).environment())
    case "runpod":
      let account = try await TestEngines.runPod.account()
      return try subject(settings: ["api_url": .string(account.engine.endpoint)], callers: ["RUNPOD_API_KEY": account.key])
    default: return try subject()
    }
  }

  @Test(
    "so do the providers that are compiled in, when they are served",
    arguments: [
      "local": ["core", "check"], "aws": ["core", "spot", "stop", "tags", "prices", "check"], "runpod": ["core", "stop", "check"],
    ])
  func compiledIn(module: String, levels: [String]) async throws {
    let subject = try await served(module)
    let verdict = await ConformanceKit(subject.bench).run { _ in }
    #expect(verdict.isPassed && verdict.levels == levels, "\(verdict.levels) \(verdict.checks.filter { $0.outcome == .failed })")
    try await eventually { ProcessTable().processes(withEnvironment: "HOME", subject.folder.path).isEmpty }
  }

  private static let nearChanges: [(promise: String, words: String, changes: [(String, String)])] = [
    (
      "a launch starts the run's agent", "has asked for 0 agents",
      [("my $agent = ask_host('agent.start', {run => $uid, job => $job});", "my $agent = {pid => 1};")]
    ),
    (
      "a launch starts the run's agent", "it has started 2 agents",
      [("return {resource => resource($uid)} if runs()->{$uid};", "")]
    ),
    ("a launch starts the run's agent", "without its run or installation", [("run => $_[0], installation => $installation, ", "")]),
    ("a launch starts the run's agent", "another run's listing", [("$p->{scope} ne 'run' || $_ eq $p->{run}", "1")]),
    (
      "killed during a launch", "when it had started an agent",
      [
        ("return {resource => resource($uid)} if runs()->{$uid};", "return {resource => resource($uid)} if $kept{$uid}++;"),
        ("my ($home, $level)", "my %kept; my ($home, $level)"),
      ]
    ),
  ]

  @Test("each promise of such a one is seen broken", arguments: nearChanges.indices)
  func brokenNear(index: Int) async throws {
    let change = Self.nearChanges[index]
    try await expect(try Subject(.nice, change.changes), breaks: change.promise, saying: change.words)
  }

  private static let changes: [(promise: String, words: String, changes: [(String, String)])] = [
    (
      "answers `initialize`", "'Welcome!'",
      [("signal.signal(signal.SIGCHLD", "print('Welcome!', flush=True)\n    signal.signal(signal.SIGCHLD")]
    ),
    ("refuses a host", "agreed to a version", [("if not p[\"protocol\"][\"min\"] <= 1", "if False and not p[\"protocol\"][\"min\"] <= 1")]),
    (
      "method that it does not know", "was carried out",
      [("return {\"error\": {\"code\": -32601", "return {\"result\": {}, \"was\": {\"code\": -32601")]
    ),
    (
      "nearly a mebibyte", "ended with code 7",
      [("message = json.loads(line)", "message = json.loads(line if len(line) < 65536 else sys.exit(7))")]
    ),
    (
      "without its credentials", "did not say that it lacks LAB_KEY",
      [("\"capabilities\": [\"tags\"]", "\"capabilities\": [\"tags\"], \"credentials\": [\"LAB_KEY\"]")]
    ),
    ("what never was is gone", "is not `gone`", [("return {\"state\": state(p[\"id\"])}", "return {\"state\": \"running\"}")]),
    ("priced or of unknown price", "amount", [("settings.get(\"price\", \"0.01\")", "float(settings.get(\"price\", \"0.01\"))")]),
    ("need that nothing meets", "4,096 GPUs", [(" or p[\"need\"][\"resources\"].get(\"gpus\")", "")]),
    ("before it answers", "`created` said []", [("    tell(\"created\", resource=id)", "    pass")]),
    ("before it answers", "event 2 of request", [("tell.seq += 1", "tell.seq += 2")]),
    ("before it answers", "the same token made", [("id = \"proc-\" + p[\"token\"]", "id = \"proc-\" + os.urandom(8).hex()")]),
    (
      "is listed with its tags", "the listing of a run",
      [("for file in sorted(machines.glob(\"*.json\"))]", "for file in sorted(machines.glob(\"*.json\"))[1:]]")]
    ),
    ("is listed with its tags", "is not complete", [("\"complete\": True", "\"complete\": False")]),
    (
      "is listed with its tags", "without its run, installation or owner",
      [("\"tags\": tags, \"launchedAt\"", "\"tags\": {k: v for k, v in tags.items() if k != \"runpilot:owner\"}, \"launchedAt\"")]
    ),
    (
      "deleting twice", "was refused (notFound)",
      [("return {\"outcome\": \"alreadyGone\"}", "raise Refusal(\"notFound\", \"no such machine\")")]
    ),
    (
      "keeps to its credit", "than it had credit for",
      [("def list_(p, tell):\n", "def list_(p, tell):\n    for n in range(3): tell(\"items\", items=[])\n")]
    ),
    (
      "killed at any moment", "asked again: there are",
      [("id = \"proc-\" + p[\"token\"]", "id = settings.setdefault(p[\"token\"], \"proc-\" + os.urandom(8).hex())")]
    ),
    (
      "listed when it lives again", "the listing shows []",
      [
        (
          "    if not (machines / f\"{id}.json\").exists():\n",
          "    tell(\"created\", resource=id)\n    __import__(\"time\").sleep(0.5)\n    if not (machines / f\"{id}.json\").exists():\n"
        )
      ]
    ),
    (
      "cancelled loses nothing", "nothing was made",
      [
        (
          "    return {\"resource\": show(id)}\n\ndef list_",
          "    raise Refusal(\"canceled\", \"as you wish\", effect=\"none\")\n\ndef list_"
        )
      ]
    ),
    (
      "still being created", "was gone, and came back",
      [
        (
          "    tell(\"created\", resource=id)",
          "    tell(\"created\", resource=id)\n"
            + "    while not (machines / f\"{id}.gone\").exists(): __import__(\"time\").sleep(0.01)\n"
            + "    save(id, p[\"place\"], order[\"tags\"], \"2026-01-01T00:00:00+00:00\")"
        ),
        (
          "(machines / f\"{p['id']}.pid\").open(\"x\").write(\"0\")",
          "(machines / f\"{p['id']}.gone\").open(\"x\"); (machines / f\"{p['id']}.json\").unlink()"
        ),
        (
          "return {\"state\": state(p[\"id\"])}",
          "return {\"state\": \"gone\" if (machines / f\"{p['id']}.gone\").exists() else state(p[\"id\"])}"
        ),
      ]
    ),
    (
      "tags are set", "was not spoken of is gone",
      [
        (
          "{**machine[\"tags\"], **p[\"tags\"]}",
          "{**{k: v for k, v in machine[\"tags\"].items() if k != \"runpilot:installation\"}, **p[\"tags\"]}"
        )
      ]
    ),
    (
      "is in nothing that it prints", "wrote to stderr",
      [
        (
          "(machines / f\"{id}.sh\").write_text(order[\"bootScript\"])",
          "(machines / f\"{id}.sh\").write_text(order[\"bootScript\"]); print(order, file=sys.stderr)"
        )
      ]
    ),
    (
      "when its stdin is closed", "was still there",
      [
        (
          "            say(id=message[\"id\"], **answer(message))",
          "            say(id=message[\"id\"], **answer(message))\n    __import__(\"time\").sleep(60)"
        )
      ]
    ),
  ]

  @Test("each promise is seen broken", arguments: changes.indices)
  func broken(index: Int) async throws {
    let change = Self.changes[index]
    try await expect(try Subject(.processes, change.changes, callers: ["LAB_KEY": "any"]), breaks: change.promise, saying: change.words)
  }

  private func expect(_ subject: Subject, breaks promise: String, saying words: String) async throws {
    let verdict = await ConformanceKit(subject.bench).run(only: { $0.name.contains(promise) })
    let check = try #require(verdict.checks.first)
    #expect(verdict.checks.count == 1 && check.outcome == .failed, "\(promise)")
    #expect(check.detail?.contains(words) == true, "\(check.detail ?? "")")
    #expect(verdict.levels.isEmpty)
  }
}
