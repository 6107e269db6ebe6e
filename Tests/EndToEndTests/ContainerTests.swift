import Basics
import FoundationEssentials
import Glibc
import RunPilotTesting
import Testing
import TrainingModel

@Suite("A run in a container, on a real engine", .serialized)
struct ContainerTests {
  private static let image = "runpilot-test/busybox:1"

  init() throws { _ = try DockerEngine.require() }

  /// The ids of containers that carry a run's label, as the engine's own client sees them.
  private func containers(_ home: TestHome, of run: String) async throws -> [String] {
    let uid = try home.record(run).uid
    let listed = try await home.shell("docker ps -aq --filter label=runpilot.run=\(uid)")
    #expect(listed.exitCode == 0, "\(listed.stderr)")
    return listed.stdout.split(separator: "\n").map(String.init)
  }

  @Test("an image is enough: the engine is chosen, the project is at /app, output and exit code are the job's own")
  func basics() async throws {
    let home = try TestHome()
    try home.write("data.txt", "from the project\n")
    try home.write(
      "a.yaml",
      """
      name: boxed
      image: \(Self.image)
      entrypoint: [sh, -c, 'pwd; cat data.txt; echo $GREETING $RUNPILOT_PARAM_LR >&2; echo model > $RUNPILOT_OUTPUT_DIR/model.bin; exit 9']
      env: {GREETING: hello}
      params: {lr: 0.1}
      network: none
      """)
    let run = try await home.runpilot("run", "a.yaml")
    #expect(run.exitCode == 9, "\(run.stderr)")
    #expect(Set(run.stdout.split(separator: "\n")) == ["/app", "from the project", "hello 0.1"])
    let record = try home.record("rp_0001")
    #expect(record.provider == "docker")
    #expect(record.imageDigest?.contains("sha256:") == true)
    #expect(record.exitCode == 9 && record.reason == .exited)
    #expect(record.cleanup?.state == .done)
    #expect(try Files.readText(home.folder("rp_0001").outputs + "/model.bin") == "model\n")
    #expect(try await containers(home, of: "rp_0001").isEmpty)
  }

  @Test("a container carries its owner: the user's own word, else who they are on this machine")
  func owner() async throws {
    let home = try TestHome()
    try home.write("a.yaml", "name: mine\nimage: \(Self.image)\nentrypoint: [sleep, '987']\nnetwork: none\n")
    for (number, owner) in ["tester@", "ada@example.org"].enumerated() {
      if number == 1 { #expect(try await home.runpilot("config", "set", "owner", owner).exitCode == 0) }
      let id = try await home.runpilot("run", "a.yaml", "--detach", "-q").stdout.trimmed()
      try await eventually { (try? home.record(id).status) == .running }
      let container = try #require(try await containers(home, of: id).first)
      let label = try await home.shell("docker inspect --format '{{index .Config.Labels \"runpilot.owner\"}}' \(container)")
      #expect(label.stdout.hasPrefix(owner), "\(label.stdout)\(label.stderr)")
      #expect(try await home.runpilot("stop", id, "--kill").exitCode == 0)
    }
  }

  @Test("a test that dies leaves no container behind")
  func abandoned() async throws {
    let other = try TestHome()
    var home: TestHome? = try TestHome()
    try home?.write("a.yaml", "name: left\nimage: \(Self.image)\nentrypoint: [sleep, '987']\nnetwork: none\n")
    _ = try await home?.runpilot("run", "a.yaml", "--detach")
    try await eventually { [home] in (try? home?.record("rp_0001").status) == .running }
    let uid = try #require(try home?.record("rp_0001").uid)
    home = nil
    try await eventually { try await other.shell("docker ps -aq --filter label=runpilot.run=\(uid)").stdout.isEmpty }
  }

  @Test("the digits example trains in a container that holds nothing but Python")
  func digits() async throws {
    let home = try TestHome()
    let example = Paths.resolve("../../docs/examples/digits", from: Paths.parent(of: #filePath))
    let copied = try await home.shell("cp -r '\(example)'/. .")
    #expect(copied.exitCode == 0)
    try home.write(
      "boxed.yaml",
      "name: digits\nimage: runpilot-test/python:1\nentrypoint: [python3, train.py]\nparams: {epochs: 2, hidden: 8}\nnetwork: none\n")
    let run = try await home.runpilot("run", "boxed.yaml")
    #expect(run.exitCode == 0, "\(run.stdout)\(run.stderr)")
    let metrics = try JSON.decode(MetricsDocument.self, from: Files.read(home.folder("rp_0001").metrics))
    #expect(metrics.summary["accuracy"] ?? 0 > 0.5)
    #expect(Files.exists(home.folder("rp_0001").outputs + "/model.json"))
  }

  @Test("mounts, workdir, user and read-only folders are what the file says")
  func mounts() async throws {
    let home = try TestHome()
    try home.write("src/code.txt", "code\n")
    try home.write("data/d.txt", "data\n")
    try home.write(
      "a.yaml",
      """
      name: mounted
      image: \(Self.image)
      entrypoint: [sh, -c, 'cat /code/code.txt /data/d.txt; touch /data/new 2>/dev/null && echo writable || echo read-only; pwd; id -u']
      workdir: /code
      user: "65534"
      mounts:
        code: {source: ./src, target: /code}
        data: {source: ./data, target: /data, read_only: true}
      network: none
      """)
    let run = try await home.runpilot("run", "a.yaml")
    #expect(run.exitCode == 0, "\(run.stderr)")
    #expect(run.stdout == "code\ndata\nread-only\n/code\n65534\n")
  }

  @Test("limits reach the kernel, and a job killed for memory says so")
  func outOfMemory() async throws {
    let home = try TestHome()
    try home.write(
      "a.yaml",
      "name: oom\nimage: runpilot-test/python:1\nentrypoint: [python3, -c, 'x = bytearray(300 << 20); print(len(x))']\nresources: {memory: 64m}\nnetwork: none\n"
    )
    let run = try await home.runpilot("run", "a.yaml")
    #expect(run.exitCode == 137, "\(run.exitCode) \(run.stderr)")
    let record = try home.record("rp_0001")
    #expect(record.reason == .outOfMemory)
    #expect(run.stderr.contains("memory"))
  }

  @Test(
    "what cannot start is said with a next step, as never started",
    arguments: [
      ("image: runpilot-test/none:1\nentrypoint: [x]", "runpilot-test/none:1"),
      ("image: runpilot-test/busybox:1\nentrypoint: [no-such-program]", "no-such-program"),
      ("image: runpilot-test/busybox:1\nentrypoint: ['true']\nmounts: {d: {source: /no/such/folder, target: /d}}", "/no/such/folder"),
    ])
  func neverStarted(_ lines: String, _ names: String) async throws {
    let home = try TestHome()
    try home.write("a.yaml", "name: bad\n\(lines)\nnetwork: none\n")
    let run = try await home.runpilot("run", "a.yaml")
    #expect([65, 69, 75, 77, 78, 126, 127].contains(run.exitCode), "\(run.exitCode) \(run.stderr)")
    #expect(run.stderr.contains(names), "\(run.stderr)")
    #expect(run.stderr.contains("hint"), "\(run.stderr)")
    if Files.exists(home.folder("rp_0001").path) {
      #expect(try home.record("rp_0001").reason == .neverStarted)
      #expect(try await containers(home, of: "rp_0001").isEmpty)
    }
  }

  @Test("an engine that does not answer is a clear error, and the host only where the file or a flag allows it")
  func engineMissing() async throws {
    let home = try TestHome()
    try home.write("a.yaml", "name: n\nimage: \(Self.image)\nentrypoint: [echo, here]\n")
    let nowhere = ["DOCKER_HOST": "unix://\(home.project)/nothing.sock"]
    let refused = try await home.runpilot("run", "a.yaml", environment: nowhere)
    #expect(refused.exitCode == 69, "\(refused.exitCode) \(refused.stderr)")
    #expect(refused.stderr.contains("nothing.sock"))
    #expect(refused.stdout.isEmpty)
    let allowed = try await home.runpilot("run", "a.yaml", "--fallback", "local", environment: nowhere)
    #expect(allowed.exitCode == 0, "\(allowed.stderr)")
    #expect(allowed.stdout == "here\n")
    let fallen = try home.record("rp_0002")
    #expect(fallen.provider == "local" && fallen.fellBackFrom == "docker" && fallen.image == nil, "the record says what was used")
    #expect(allowed.stderr.contains("note: the image \(Self.image) was not used"), "\(allowed.stderr)")
    let forced = try await home.runpilot("run", "a.yaml", "--no-docker", environment: nowhere)
    #expect(forced.exitCode == 0, "\(forced.stderr)")
    let record = try home.record("rp_0003")
    #expect(record.provider == "local" && record.warnings.contains { $0.contains("without the image \(Self.image)") }, "\(record.warnings)")
  }

  @Test("a container that outlives a killed agent is found by its label and ended, and its last words are kept")
  func killedAgent() async throws {
    let home = try TestHome()
    try home.write("a.yaml", "name: k\nimage: \(Self.image)\nentrypoint: [sh, -c, 'echo one; sleep 987']\nnetwork: none\n")
    let started = try await home.runpilot("run", "a.yaml", "--detach")
    #expect(started.exitCode == 0, "\(started.stderr)")
    try await eventually { (try? home.log("rp_0001")) == "one\n" }
    #expect(try await containers(home, of: "rp_0001").count == 1)
    let agent = try #require(try home.record("rp_0001").agent?.pid)
    #expect(kill(agent, SIGKILL) == 0)
    let attached = try await home.runpilot("attach", "rp_0001")
    #expect(attached.exitCode == 74, "\(attached.stderr)")
    #expect(try home.record("rp_0001").reason == .lost)
    #expect(try home.record("rp_0001").cleanup?.state == .done)
    #expect(try await containers(home, of: "rp_0001").isEmpty)
    #expect(try home.log("rp_0001") == "one\n")
  }

  @Test("Ctrl-C reaches the job in the container; one that ignores it is killed")
  func interrupt() async throws {
    let home = try TestHome()
    try home.write(
      "a.yaml",
      "name: i\nimage: \(Self.image)\nentrypoint: [sh, -c, 'trap \"echo saving; exit 0\" INT; echo ready; while :; do sleep 0.05; done']\nnetwork: none\n"
    )
    let polite = try home.start("run", "a.yaml")
    try await eventually { (try? home.log("rp_0001")) == "ready\n" }
    polite.kill(SIGINT)
    let result = try await polite.wait()
    #expect(result.exitCode == 130, "\(result.stderr)")
    #expect(result.stdout == "ready\nsaving\n")
    try home.write(
      "b.yaml",
      "name: i\nimage: \(Self.image)\nentrypoint: [sh, -c, 'trap \"\" INT TERM; echo ready; while :; do sleep 0.05; done']\nnetwork: none\n"
    )
    let stubborn = try home.start("run", "b.yaml")
    try await eventually { (try? home.log("rp_0002")) == "ready\n" }
    stubborn.kill(SIGINT)
    try await eventually { Files.exists(home.folder("rp_0002").command(.stop)) }
    stubborn.kill(SIGINT)
    #expect(try await stubborn.wait().exitCode == 130)
    #expect(try await containers(home, of: "rp_0002").isEmpty)
  }

  @Test("secrets reach the container and nothing that is written")
  func secrets() async throws {
    let home = try TestHome()
    try home.write(
      "a.yaml", "name: s\nimage: \(Self.image)\nentrypoint: [sh, -c, 'echo key=$API_KEY']\nsecrets: [API_KEY]\nnetwork: none\n")
    let run = try await home.runpilot("run", "a.yaml", environment: ["API_KEY": "correct-horse-battery"])
    #expect(run.stdout == "key=***\n", "\(run.stderr)")
    #expect(try home.files(containingAny: ["correct-horse-battery"]).isEmpty)
  }
}
