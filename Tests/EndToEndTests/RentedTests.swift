import Basics
import FoundationEssentials
import Glibc
import RunPilotTesting
import Testing
import TrainingModel

/// The built programs against a cloud that checks signatures and requests, boots what is rented, and keeps objects in a real store.
@Suite("A run on a rented machine", .serialized)
struct RentedTests {
  /// A home with a project that may rent, in an account of its own.
  private struct Stage {
    let home: TestHome
    let account: AWSAccount
    let environment: [String: String]

    /// - Parameter hasRole: whether machines have an instance profile.
    init(hasRole: Bool = true) async throws {
      var settings = AWSAccount.Settings()
      settings.machines = true
      account = try await TestEngines.aws.account(settings)
      home = try TestHome()
      var environment = account.environment()
      environment["RUNPILOT_FAR_AGENT"] = try BuiltProducts.staticAgent()
      self.environment = environment
      try home.write("providers.toml", "[providers.aws]\nmodule = \"aws\"\nregion = \"us-east-1\"\n")
      #expect(try await home.shell("git init -q .").exitCode == 0)
      let setup = try await run("providers", "setup", "aws", "--yes")
      #expect(setup.exitCode == 0, "\(setup.stderr)")
      let lines = setup.stdout.split(separator: "\n").map { $0.trimmed() }.filter {
        $0.hasPrefix("mailbox") || $0.hasPrefix("instance_profile")
      }
      #expect(lines.count == 2, "\(setup.stdout)")
      let used = lines.filter { hasRole || $0.hasPrefix("mailbox") }
      try home.write("providers.toml", "[providers.aws]\nmodule = \"aws\"\nregion = \"us-east-1\"\n" + used.joined(separator: "\n") + "\n")
      #expect(try await run("trust", "--yes").exitCode == 0)
    }

    func run(_ words: String...) async throws -> Program.Result { try await home.runpilot(words, environment: environment) }

    /// Machines that still cost.
    func live() async throws -> [String] {
      try await account.machines().filter { $0["state"]?.stringValue != "terminated" }.compactMap { $0["id"]?.stringValue }
    }
  }

  @Test("the model of the examples is trained there: log, metrics and outputs come home, and the machine is gone")
  func digits() async throws {
    let stage = try await Stage()
    let examples = Paths.resolve("../../../docs/examples/digits", from: Paths.parent(of: #filePath) + "/x")
    #expect(try await stage.home.shell("cp \(examples)/train.* \(examples)/digits.csv.gz .").exitCode == 0)
    let committed = try await stage.home.shell(
      "git add -A && git -c user.name=a -c user.email=a@example.org commit -qm first && echo '# changed' >> train.py")
    #expect(committed.exitCode == 0, "\(committed.stderr)")
    let run = try await stage.run("run", "train.yaml", "--provider", "aws")
    #expect(run.exitCode == 0, "\(run.stderr)")
    #expect(run.stdout.contains("test accuracy 9"))
    let record = try stage.home.record("rp_0001")
    #expect(record.status == .success && record.cleanup?.state == .done && record.rental?.resource != nil)
    #expect(record.git?.commit != nil && record.git?.dirty == true)
    #expect(try Files.readText(stage.home.folder("rp_0001").patch).contains("+# changed"))
    #expect(record.cost != nil)
    #expect(try stage.home.log("rp_0001") == run.stdout, "every byte, once")
    #expect(Files.exists(stage.home.folder("rp_0001").outputs + "/model.json"))
    #expect(try JSON.decode(MetricsDocument.self, from: Files.read(stage.home.folder("rp_0001").metrics)).summary["accuracy"] ?? 0 > 0.9)
    #expect(try await stage.live().isEmpty)
    #expect(try await stage.account.violations().isEmpty)
  }

  @Test("the exit code is the job's own, a secret reaches the job and nothing else, and the code travels without what must not")
  func codeAndSecret() async throws {
    let stage = try await Stage()
    try stage.home.write(".env", "OTHER=never-sent\n")
    try stage.home.write(
      "job.yaml",
      """
      name: secret
      entrypoint: [sh, -c, 'ls -a; test -n "$TOKEN" && echo it is $TOKEN; exit 7']
      secrets: [TOKEN]
      max_duration: 20m
      """)
    var environment = stage.environment
    environment["TOKEN"] = "hunter2-and-more"
    let run = try await stage.home.runpilot(["run", "job.yaml", "--provider", "aws"], environment: environment)
    #expect(run.exitCode == 7, "\(run.stderr)")
    #expect(run.stdout.contains("it is ***\n") && !run.stdout.contains(".env\n"))
    #expect(try stage.home.files(containingAny: ["hunter2-and-more"]).isEmpty)
    let bodies = try await stage.account.log().filter { $0.service == "ec2" }.map { "\($0.parameters)" }
    #expect(!bodies.contains { $0.contains("hunter2") })
    #expect(try await stage.live().isEmpty)
  }

  @Test("the CLI may be killed at any moment: the job goes on, attach brings it home, and the machine is gone")
  func killedHome() async throws {
    let stage = try await Stage()
    try stage.home.write(
      "slow.yaml", "name: slow\nentrypoint: [sh, -c, 'for i in $(seq 1 12); do echo line $i; sleep 1; done']\nmax_duration: 20m\n")
    let program = try stage.home.start("run", "slow.yaml", "--provider", "aws", environment: stage.environment)
    try await eventually { (try? stage.home.log("rp_0001"))?.contains("line 2") ?? false }
    program.kill(SIGKILL)
    _ = try await program.wait()
    let attached = try await stage.run("attach", "rp_0001")
    #expect(attached.exitCode == 0, "\(attached.stderr)")
    #expect(attached.stdout == (1...12).map { "line \($0)\n" }.joined())
    #expect(try stage.home.record("rp_0001").cleanup?.state == .done)
    #expect(try await stage.live().isEmpty)
  }

  @Test("a spot machine that is taken away: the job saves, and goes on from its newest checkpoint on another machine of that kind")
  func interrupted() async throws {
    let stage = try await Stage()
    try stage.home.write(
      "train.sh",
      """
      echo "begin $RUNPILOT_ATTEMPT $*"
      if [ "$1" = --resume ]; then cat "$2"; echo "secret $TOKEN"; echo "METRIC loss=0.2"; exit 0; fi
      echo "METRIC loss=0.5"
      trap 'echo "step 10" > checkpoints/step-10.pt; echo saved; exit 1' TERM
      echo "step 9" > checkpoints/step-9.pt
      echo ready
      while :; do sleep 0.1 & wait; done
      """)
    try stage.home.write(
      "spot.yaml",
      """
      name: phoenix
      entrypoint: [sh, train.sh]
      spot: true
      retries: 1
      secrets: [TOKEN]
      checkpoint: {dir: checkpoints, resume_flag: --resume}
      max_duration: 40m
      """)
    var environment = stage.environment
    environment["TOKEN"] = "hunter2-and-more"
    let program = try stage.home.start("run", "spot.yaml", "--provider", "aws", environment: environment)
    try await eventually { (try? stage.home.log("rp_0001"))?.contains("ready") ?? false }
    // What is changed here meanwhile does not change what runs there.
    try stage.home.write("train.sh", "echo another program\n")
    let first = try #require(try stage.home.record("rp_0001").rental?.resource)
    try await stage.account.interrupt(first.rawValue, notice: 60)
    let run = try await program.wait()
    #expect(run.exitCode == 0, "\(run.stderr)")
    #expect(
      run.stdout
        == "begin  \nMETRIC loss=0.5\nready\nsaved\nbegin 2 --resume checkpoints/step-10.pt\nstep 10\nsecret ***\nMETRIC loss=0.2\n")
    #expect(try stage.home.log("rp_0001") == run.stdout)
    let metrics = try JSON.decode(MetricsDocument.self, from: try Files.read(stage.home.folder("rp_0001").metrics))
    #expect(metrics.timeSeries["loss"]?.map(\.value) == [0.5, 0.2], "those of all attempts: \(metrics.timeSeries)")
    let record = try stage.home.record("rp_0001")
    #expect(record.status == .success && record.rental?.attempt == 2 && record.rental?.resource != first)
    #expect(
      record.warnings.contains { $0.contains("attempt 1 on \(first)") && $0.contains("goes on from step-10.pt") }, "\(record.warnings)")
    #expect(try Files.readText(stage.home.folder("rp_0001").outputs + "/checkpoints/step-9.pt") == "step 9\n")
    #expect(try stage.home.files(containingAny: ["hunter2-and-more"]).isEmpty)
    #expect(try await stage.live().isEmpty)
  }

  @Test("a machine without a role opens its own run's mailbox and nothing else, by a session that the job does not see")
  func session() async throws {
    let stage = try await Stage(hasRole: false)
    try stage.home.write(
      "job.yaml",
      """
      name: job
      entrypoint: [sh, -c, 'env | grep -c AWS_S; echo made > "$RUNPILOT_OUTPUT_DIR/made"']
      max_duration: 20m
      """)
    for id in ["rp_0001", "rp_0002"] {
      let run = try await stage.run("run", "job.yaml", "--provider", "aws")
      #expect(run.stdout == "0\n" && run.exitCode == 0, "\(run.stderr)")
      #expect(try stage.home.record(id).rental?.store.credentials == .session)
    }
    let launch = try #require(try await stage.account.log().last { $0.action == "RunInstances" && $0.status == 200 })
    let script = try #require(
      launch.parameters["UserData"]?.stringValue.flatMap { Data(base64Encoded: $0) }.map { String(decoding: $0, as: UTF8.self) })
    let line = try #require(script.split(separator: "\n").first { $0.contains("secret_access_key") })
    let session = try StoreSession(text: Data(line.utf8))
    #expect(try stage.home.files(containingAny: [session.secretAccessKey.withExposed { $0 }]).isEmpty)
    var machine = stage.environment
    machine["AWS_ACCESS_KEY_ID"] = session.accessKeyID
    machine["AWS_SECRET_ACCESS_KEY"] = session.secretAccessKey.withExposed { $0 }
    machine["AWS_SESSION_TOKEN"] = session.sessionToken.withExposed { $0 }
    let rentals = try ["rp_0001", "rp_0002"].map { try #require(try stage.home.record($0).rental) }
    let places = rentals.map { "s3://\($0.store.bucket)/\($0.mailbox.base)" }
    func storage(_ words: String...) async throws -> Program.Result {
      try await stage.home.runpilot(["storage"] + words, environment: machine)
    }
    #expect(try await storage("list", places[1]).exitCode == 0)
    #expect(try await storage("download", places[1] + "run.json", "own.json").exitCode == 0)
    let first = rentals[0]
    let home = "s3://\(first.store.bucket)/" + MailboxLayout.home(prefix: first.mailbox.prefix, installation: first.mailbox.installation)
    for refused in [
      try await storage("list", places[0]), try await storage("list", home),
      try await storage("download", places[0] + "run.json", "other.json"),
      try await storage("upload", "job.yaml", places[0] + "commands/kill"), try await storage("delete", places[0] + "run.json", "--yes"),
    ] {
      // What is looked at by its head gives no words.
      let isRefused = refused.stderr.contains("not authorized") || refused.stderr.contains("status 403")
      #expect(refused.exitCode != 0 && isRefused, "\(refused.stdout)\(refused.stderr)")
    }
    #expect(try await stage.account.violations().isEmpty)
  }

  @Test("a home that is lost: another one finds the machine by its tags, adopts it and ends it")
  func lostHome() async throws {
    let stage = try await Stage()
    try stage.home.write("forever.yaml", "name: forever\nentrypoint: [sleep, '600']\nmax_duration: 20m\n")
    #expect(try await stage.run("run", "forever.yaml", "--provider", "aws", "--detach").exitCode == 0)
    try await eventually { try await stage.live().count == 1 }
    let machine = try #require(try await stage.live().first)
    var other = stage.environment
    other["RUNPILOT_HOME"] = stage.home.path + "-other"
    defer { try? Files.removeTree(stage.home.path + "-other") }
    _ = try await stage.home.runpilot(["trust", "--yes"], environment: other)
    let listed = try await stage.home.runpilot(["resources", "list", "--discover", "--json"], environment: other)
    #expect(listed.stdout.contains(machine) && listed.stdout.contains("another"), "\(listed.stdout)\(listed.stderr)")
    let adopted = try await stage.home.runpilot(["resources", "adopt", machine, "--yes"], environment: other)
    #expect(adopted.exitCode == 0, "\(adopted.stdout)\(adopted.stderr)")
    let cleaned = try await stage.home.runpilot(["resources", "cleanup", machine, "--force", "--yes"], environment: other)
    #expect([0, 3].contains(cleaned.exitCode), "\(cleaned.stdout)\(cleaned.stderr)")
    try await eventually { try await stage.live().isEmpty }
  }

  @Test("no mailbox, no profile: refused before anything is rented, with the line to add")
  func refused() async throws {
    let stage = try await Stage()
    try stage.home.write("providers.toml", "[providers.aws]\nmodule = \"aws\"\nregion = \"us-east-1\"\n")
    _ = try await stage.run("trust", "--yes")
    try stage.home.write("job.yaml", "name: n\nentrypoint: ['true']\n")
    let run = try await stage.run("run", "job.yaml", "--provider", "aws")
    #expect(
      run.exitCode == 78 && run.stderr.contains("has no mailbox") && run.stderr.contains("runpilot providers setup aws"), "\(run.stderr)")
    #expect(try await stage.live().isEmpty)
  }
}
