import Basics
import FoundationEssentials
import Glibc
import RunPilotTesting
import Testing
import TrainingModel

/// The built programs against a service that starts what is rented as a container of the run's own image, and starts it again whenever it ends.
@Suite("A run in a rented pod", .serialized)
struct RentedPodTests {
  /// A home with a project that may rent, in accounts of its own at RunPod and at AWS, where the mailbox is.
  private struct Stage {
    let home: TestHome
    let pods: RunPodAccount
    let aws: AWSAccount
    let environment: [String: String]

    init(_ settings: [String: JSONValue] = [:]) async throws {
      aws = try await TestEngines.aws.account(AWSAccount.Settings())
      pods = try await TestEngines.runPod.account(["machines": .bool(true)].merging(settings) { $1 })
      home = try TestHome()
      var environment = aws.environment()
      environment["RUNPILOT_FAR_AGENT"] = try BuiltProducts.staticAgent()
      environment["RUNPOD_API_KEY"] = pods.key
      self.environment = environment
      try home.write("providers.toml", "[providers.aws]\nmodule = \"aws\"\nregion = \"us-east-1\"\n")
      #expect(try await home.shell("git init -q .").exitCode == 0)
      let setup = try await run("providers", "setup", "aws", "--yes")
      let mailbox = try #require(
        setup.stdout.split(separator: "\n").map { $0.trimmed() }.first { $0.hasPrefix("mailbox") }, "\(setup.stderr)")
      try home.write(
        "providers.toml", "[providers.runpod]\nmodule = \"runpod\"\napi_url = \"\(pods.engine.endpoint)\"\naccount = \"team\"\n\(mailbox)\n"
      )
      #expect(try await run("trust", "--yes").exitCode == 0)
    }

    func run(_ words: String...) async throws -> Program.Result { try await home.runpilot(words, environment: environment) }

    /// What the vendor, whoever may look at the pod, and this home's files show nothing of.
    func expectNowhere(_ secret: String) async throws {
      #expect(try home.files(containingAny: [secret]).isEmpty)
      #expect(try await pods.pods().allSatisfy { !"\($0.facts)".contains(secret) })
    }
  }

  @Test("its log, metrics and outputs come home, the pod is gone, and nothing secret was shown to anybody")
  func life() async throws {
    let stage = try await Stage()
    try stage.home.write("train.sh", "echo \"from the project in $PWD\"\n")
    try stage.home.write(
      "job.yaml",
      """
      name: pod
      image: runpilot-test/machine:1
      entrypoint: [sh, -c, 'sh train.sh; echo "token $TOKEN"; env | grep -c -e AWS_S -e RUNPOD_API_KEY; echo made > "$RUNPILOT_OUTPUT_DIR/made"; exit 7']
      secrets: [TOKEN]
      resources: {gpus: 1, gpu_type: RTX-A4000}
      max_duration: 20m
      """)
    var environment = stage.environment
    environment["TOKEN"] = "hunter2-and-more"
    let run = try await stage.home.runpilot(["run", "job.yaml", "--provider", "runpod"], environment: environment)
    #expect(run.exitCode == 7, "\(run.stderr)")
    #expect(run.stdout.hasPrefix("from the project in /var/lib/runpilot/") && run.stdout.hasSuffix("token ***\n0\n"), "\(run.stdout)")
    let record = try stage.home.record("rp_0001")
    #expect(record.exitCode == 7 && record.cleanup?.state == .done && record.cost != nil && record.rental?.store.credentials == .session)
    #expect(Files.exists(stage.home.folder("rp_0001").outputs + "/made"))
    #expect(try stage.home.log("rp_0001") == run.stdout)
    #expect(try await stage.pods.live().isEmpty)
    let pod = try #require(try await stage.pods.pods().first)
    #expect(pod.lines.contains("token ***"), "the vendor's own log has it, too: \(pod.lines)")
    try await stage.expectNowhere("hunter2-and-more")
    try await stage.expectNowhere("session_token")
    #expect(try await stage.pods.violations().isEmpty)
    #expect(try await stage.aws.violations().isEmpty)
  }

  @Test("a pod that is started again runs nothing a second time, on an empty disk or on its own", arguments: ["wipe", "keep"])
  func restarted(disk: String) async throws {
    // The pod may not end itself, so that it is started again and again.
    let stage = try await Stage(["restart": .string(disk), "pod_key": .string("none")])
    try stage.home.write(
      "job.yaml",
      "name: phoenix\nimage: runpilot-test/machine:1\nentrypoint: [sh, -c, 'echo begun; sleep 600']\nmax_duration: 20m\n")
    let program = try stage.home.start("run", "job.yaml", "--provider", "runpod", environment: stage.environment)
    try await eventually(within: .seconds(120)) { try await stage.pods.pods().first?.lines.contains("begun") ?? false }
    let pod = try #require(try await stage.pods.pods().first)
    // The home has its first word, so that what follows is the end of a run that had begun.
    try await eventually { (try? stage.home.log("rp_0001"))?.contains("begun") ?? false }
    #expect(try await stage.home.shell("docker kill runpilot-pod-\(pod.id)").exitCode == 0)
    try await eventually(within: .seconds(120)) { try await stage.pods.pods().first?.starts ?? 0 >= 2 }
    if disk == "keep" {
      // The agent finds what it had begun, and says so.
      #expect(try await program.wait().exitCode == 74)
      #expect(try stage.home.record("rp_0001").reason == .lost)
    } else {
      try await eventually(within: .seconds(120)) {
        try await stage.pods.pods().first?.lines.contains { $0.contains("nothing is run again") } ?? false
      }
      program.kill(SIGKILL)
      _ = try await program.wait()
      let ended = try await stage.run("resources", "cleanup", pod.id, "--force", "--yes")
      #expect(ended.exitCode == 0, "\(ended.stdout)\(ended.stderr)")
    }
    let after = try await stage.pods.pods()
    #expect(after.count == 1 && after.first?.lines.count { $0 == "begun" } == 1, "\(after.first?.lines ?? [])")
    #expect(try await stage.pods.live().isEmpty, "this home ends what cannot end itself")
    #expect(try await stage.pods.violations().isEmpty)
  }
}
