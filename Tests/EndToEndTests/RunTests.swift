import Basics
import FoundationEssentials
import RunPilotTesting
import Testing
import TrainingModel

@Suite("A run on this machine", .serialized)
struct RunTests {
  @Test("streams its output, ends with the job's own exit code, and leaves a record")
  func exitCode() async throws {
    let home = try TestHome()
    try home.write("train.yaml", "name: hello\nentrypoint: [sh, -c, 'echo one; echo two >&2; exit 7']\n")
    let run = try await home.runpilot("run", "train.yaml")
    #expect(run.exitCode == 7)
    #expect(run.stdout == "one\ntwo\n")
    let record = try home.record("rp_0001")
    #expect(record.status == .failed)
    #expect(record.reason == .exited)
    #expect(record.exitCode == 7)
    #expect(record.provider == "local")
    #expect(record.startedAt != nil && record.finishedAt != nil)
    #expect(try home.log("rp_0001") == "one\ntwo\n")
    #expect(Files.exists(home.folder("rp_0001").config))
  }

  @Test("without a run file: a script and its arguments")
  func bareScript() async throws {
    let home = try TestHome()
    try home.write("train.py", "import sys, os\nprint(sys.argv[1:], os.environ['RUNPILOT_RUN_ID'])\n")
    let run = try await home.runpilot("run", "train.py", "--", "--lr", "0.1")
    #expect(run.exitCode == 0, "\(run.stderr)")
    #expect(run.stdout == "['--lr', '0.1'] rp_0001\n")
  }

  @Test("a signal that we did not send is told apart from an exit code")
  func signal() async throws {
    let home = try TestHome()
    try home.write("a.yaml", "name: n\nentrypoint: [sh, -c, 'kill -SEGV $$']\n")
    let run = try await home.runpilot("run", "a.yaml")
    #expect(run.exitCode == 128 + 11)
    let record = try home.record("rp_0001")
    #expect(record.reason == .signalled)
    #expect(record.signal == 11)
    #expect(record.exitCode == nil)
  }

  @Test("parameters, environment, seed and outputs reach the job and the record")
  func parameters() async throws {
    let home = try TestHome()
    try home.write(
      "a.yaml",
      """
      name: params
      entrypoint: [sh, -c, 'echo $RUNPILOT_PARAM_LR $EPOCHS $RUNPILOT_SEED $PYTHONHASHSEED; echo m > $RUNPILOT_OUTPUT_DIR/model.bin; echo x > kept.txt']
      env: {EPOCHS: 10}
      params: {lr: 1e-3, layers: [32, 10]}
      tags: [a, b]
      outputs: ["kept.*"]
      """)
    let run = try await home.runpilot("run", "a.yaml", "--param", "lr=0.5", "--tag", "c")
    #expect(run.exitCode == 0, "\(run.stderr)")
    let record = try home.record("rp_0001")
    let words = run.stdout.trimmed().split(separator: " ")
    #expect(words.count == 4)
    #expect(words.prefix(2) == ["0.5", "10"])
    #expect(record.seedEnv["RUNPILOT_SEED"] == String(words[2]))
    #expect(words[2] == words[3])
    #expect(record.tags == ["a", "b", "c"])
    #expect(record.params["layers"] == .array([.int(32), .int(10)]))
    #expect(try Files.readText(home.folder("rp_0001").outputs + "/model.bin") == "m\n")
    #expect(try Files.readText(home.folder("rp_0001").outputs + "/kept.txt") == "x\n")
  }

  @Test("declared secrets are masked in everything that is written, and all other bytes are kept")
  func secrets() async throws {
    let home = try TestHome()
    try home.write("k.env", "API_KEY=correct-horse-battery\n")
    try home.write(
      "a.yaml",
      "name: s\nentrypoint: [sh, -c, 'printf \"key=%s token=%s\\377 end\" \"$API_KEY\" \"$TOKEN\"']\nenv_file: k.env\nsecrets: [TOKEN]\n")
    let run = try await home.runpilot("run", "a.yaml", environment: ["TOKEN": "tok-123456789"])
    #expect(run.exitCode == 0, "\(run.stderr)")
    #expect(run.stdoutBytes == Data(Array("key=*** token=***".utf8) + [0xFF as UInt8] + Array(" end".utf8)))
    let leaks = try home.files(containingAny: ["correct-horse-battery", "tok-123456789"])
    #expect(leaks.isEmpty, "\(leaks)")
    let record = try home.record("rp_0001")
    #expect(record.secrets.sorted() == ["API_KEY", "TOKEN"])
  }

  @Test("METRIC lines become metrics, live and at the end")
  func metrics() async throws {
    let home = try TestHome()
    try home.write(
      "a.yaml",
      "name: m\nentrypoint: [sh, -c, 'echo METRIC loss=0.9 acc=0.1; echo METRIC loss=0.5 acc=0.6; echo \"METRIC {\\\"step\\\": 7, \\\"loss\\\": 0.25}\"']\n"
    )
    #expect(try await home.runpilot("run", "a.yaml").exitCode == 0)
    let metrics = try JSON.decode(MetricsDocument.self, from: Files.read(home.folder("rp_0001").metrics))
    #expect(metrics.summary == ["loss": 0.25, "acc": 0.6])
    #expect(metrics.timeSeries["loss"]?.map(\.step) == [1, 2, 7])
    let shown = try await home.runpilot("metrics", "rp_0001", "--json")
    #expect(shown.exitCode == 0)
    #expect(try JSON.decode(JSONValue.self, from: shown.stdoutBytes)["schema"] == .string("runpilot/metrics/v1"))
  }

  @Test("--detach returns at once with the id, and attach follows to the job's own exit code")
  func detach() async throws {
    let home = try TestHome()
    try home.write("a.yaml", "name: d\nentrypoint: [sh, -c, 'echo begin; while [ ! -e go ]; do sleep 0.05; done; echo end; exit 3']\n")
    let started = try await home.runpilot("run", "a.yaml", "--detach", "-q")
    #expect(started.exitCode == 0, "\(started.stderr)")
    #expect(started.stdout == "rp_0001\n")
    #expect(try home.record("rp_0001").status.isTerminal == false)
    try home.write("go", "")
    let attached = try await home.runpilot("attach", "@latest")
    #expect(attached.exitCode == 3)
    #expect(attached.stdout == "begin\nend\n")
  }

  @Test("max_duration ends the job with 124")
  func maxDuration() async throws {
    let home = try TestHome()
    try home.write("a.yaml", "name: t\nentrypoint: [sleep, '600']\nmax_duration: 1s\n")
    let run = try await home.runpilot("run", "a.yaml")
    #expect(run.exitCode == 124, "\(run.stderr)")
    #expect(try home.record("rp_0001").reason == .maxDuration)
  }

  @Test("a program that does not exist is a run that never started, said with a next step")
  func noSuchProgram() async throws {
    let home = try TestHome()
    try home.write("a.yaml", "name: t\nentrypoint: [no-such-program-xyz]\n")
    let run = try await home.runpilot("run", "a.yaml")
    #expect([69, 75, 77, 78].contains(run.exitCode), "\(run.exitCode): \(run.stderr)")
    #expect(run.stderr.contains("no-such-program-xyz"))
    let record = try home.record("rp_0001")
    #expect(record.status == .failed)
    #expect(record.reason == .neverStarted)
  }

  @Test("rerun repeats the run with its seed and its parameters, changed where asked")
  func rerun() async throws {
    let home = try TestHome()
    try home.write(
      "a.yaml", "name: r\nentrypoint: [sh, -c, 'echo $RUNPILOT_PARAM_LR $RUNPILOT_PARAM_N $RUNPILOT_SEED']\nparams: {lr: 0.1, n: 2}\n")
    let first = try await home.runpilot("run", "a.yaml")
    let again = try await home.runpilot("rerun", "rp_0001")
    #expect(again.exitCode == 0, "\(again.stderr)")
    #expect(again.stdout == first.stdout)
    let changed = try await home.runpilot("rerun", "@latest", "--param", "lr=0.2")
    #expect(changed.stdout.hasPrefix("0.2 2 "))
    let original = try home.record("rp_0001")
    #expect(try home.record("rp_0002").origin?.rerunOf == original.uid)
  }
}
