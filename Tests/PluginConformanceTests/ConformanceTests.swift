import Basics
import ControlAPI
import FoundationEssentials
import PluginHost
import RunPilotTesting
import Subprocessing
import Testing

@testable import PluginConformance

/// The kit is held against a plugin that keeps every promise, and against the same with one line changed: each promise is seen broken.
@Suite("The conformance kit")
struct ConformanceTests {
  private static let sample = Paths.resolve(
    "../../../docs/examples/plugins/runpilot-provider-processes", from: Paths.parent(of: #filePath) + "/x")

  /// A sample plugin with something in it that is otherwise, and all of its machines gone with the test.
  private final class Subject: Sendable {
    let folder: TemporaryFolder
    let bench: ProbeBench

    init(_ changes: [(String, String)] = [], callers: [String: String] = [:]) throws {
      folder = try TemporaryFolder()
      var text = try Files.readText(ConformanceTests.sample)
      for (old, new) in changes {
        #expect(text.contains(old), "the sample has no such line any more: \(old)")
        text = text.replacing(old, with: new)
      }
      let path = folder.path + "/runpilot-provider-subject"
      try Files.writeAtomically(Array(text.utf8), to: path, mode: 0o755)
      let environment = ["PATH": "/usr/bin:/bin", "HOME": folder.path, "LANG": "C.UTF-8"].merging(callers) { $1 }
      bench = ProbeBench(
        PluginFile(path), settings: ["folder": .string(folder.path + "/machines")], callers: environment, credentials: [],
        folder: folder.path,
        version: "0.1.0")
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
    ("that nothing meets", "4,096 GPUs", [(" or p[\"need\"][\"resources\"].get(\"gpus\")", "")]),
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
    let subject = try Subject(change.changes, callers: ["LAB_KEY": "any"])
    let verdict = await ConformanceKit(subject.bench).run(only: { $0.name.contains(change.promise) })
    let check = try #require(verdict.checks.first)
    #expect(verdict.checks.count == 1 && check.outcome == .failed, "\(change.changes)")
    #expect(check.detail?.contains(change.words) == true, "\(check.detail ?? "")")
    #expect(verdict.levels.isEmpty)
  }
}
