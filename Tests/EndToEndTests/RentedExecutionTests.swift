import Basics
import FoundationEssentials
import Glibc
import RunPilotTesting
import Testing
import TrainingModel

/// The built programs against a service that runs what is started as a container of the run's own image, once.
@Suite("A run at Lyceum", .serialized)
struct RentedExecutionTests {
  @Test(
    "on a machine that is handed its script over SSH once it can be reached, on demand and on the market; attach hands it over when the launcher was killed",
    arguments: [false, true])
  func machine(spot: Bool) async throws {
    let aws = try await TestEngines.aws.account(AWSAccount.Settings())
    let lyceum = try await TestEngines.lyceum.account(["machines": .bool(true)])
    let home = try TestHome()
    var environment = aws.environment()
    environment["RUNPILOT_FAR_AGENT"] = try BuiltProducts.staticAgent()
    environment["LYCEUM_API_KEY"] = lyceum.key
    try home.write("providers.toml", "[providers.aws]\nmodule = \"aws\"\nregion = \"us-east-1\"\n")
    #expect(try await home.shell("git init -q .").exitCode == 0)
    let setup = try await home.runpilot(["providers", "setup", "aws", "--yes"], environment: environment)
    let mailbox = try #require(
      setup.stdout.split(separator: "\n").map { $0.trimmed() }.first { $0.hasPrefix("mailbox") }, "\(setup.stderr)")
    try home.write(
      "providers.toml",
      "[providers.vm]\nmodule = \"lyceum\"\nproduct = \"machines\"\napi_url = \"\(lyceum.engine.endpoint)\"\n\(mailbox)\n")
    #expect(try await home.runpilot(["trust", "--yes"], environment: environment).exitCode == 0)
    try home.write(
      "job.yaml",
      """
      name: vm
      entrypoint: [sh, -c, 'echo trained; echo made > "$RUNPILOT_OUTPUT_DIR/made"']
      resources: {gpus: 1, gpu_type: A100}
      spot: \(spot)
      max_duration: 20m
      """)
    let words: [String]
    if spot {
      let program = try home.start("run", "job.yaml", "--provider", "vm", environment: environment)
      try await eventually { (try? home.record("rp_0001"))?.rental?.resource != nil }
      program.kill(SIGKILL)
      _ = try await program.wait()
      words = ["attach", "rp_0001"]
    } else {
      words = ["run", "job.yaml", "--provider", "vm"]
    }
    let run = try await home.runpilot(words, environment: environment)
    #expect(run.exitCode == 0 && run.stdout == "trained\n", "\(run.stdout)\(run.stderr)")
    let record = try home.record("rp_0001")
    #expect(record.cleanup?.state == .done && record.cost != nil && record.rental?.place.market == (spot ? .spot : .onDemand))
    #expect(Files.exists(home.folder("rp_0001").outputs + "/made"))
    let machines = try await lyceum.machines()
    #expect(machines.map(\.status) == ["terminated"], "this home ends what cannot end itself")
    #expect(try await lyceum.violations().isEmpty)
    #expect(try await aws.violations().isEmpty)
  }

  @Test("as an execution: its log and outputs come home, the exit code is the job's own, and nothing secret was sent")
  func life() async throws {
    let aws = try await TestEngines.aws.account(AWSAccount.Settings())
    let lyceum = try await TestEngines.lyceum.account(["machines": .bool(true)])
    let home = try TestHome()
    var environment = aws.environment()
    environment["RUNPILOT_FAR_AGENT"] = try BuiltProducts.staticAgent()
    (environment["LYCEUM_API_KEY"], environment["TOKEN"]) = (lyceum.key, "hunter2-and-more")
    try home.write("providers.toml", "[providers.aws]\nmodule = \"aws\"\nregion = \"us-east-1\"\n")
    #expect(try await home.shell("git init -q .").exitCode == 0)
    let setup = try await home.runpilot(["providers", "setup", "aws", "--yes"], environment: environment)
    let mailbox = try #require(
      setup.stdout.split(separator: "\n").map { $0.trimmed() }.first { $0.hasPrefix("mailbox") }, "\(setup.stderr)")
    try home.write("providers.toml", "[providers.lyceum]\nmodule = \"lyceum\"\napi_url = \"\(lyceum.engine.endpoint)\"\n\(mailbox)\n")
    #expect(try await home.runpilot(["trust", "--yes"], environment: environment).exitCode == 0)
    try home.write(
      "job.yaml",
      """
      name: execution
      image: runpilot-test/machine:1
      entrypoint: [sh, -c, 'echo "token $TOKEN"; echo made > "$RUNPILOT_OUTPUT_DIR/made"; exit 7']
      secrets: [TOKEN]
      resources: {gpus: 1, gpu_type: L40S}
      max_duration: 20m
      """)
    let run = try await home.runpilot(["run", "job.yaml", "--provider", "lyceum"], environment: environment)
    #expect(run.exitCode == 7 && run.stdout == "token ***\n", "\(run.stdout)\(run.stderr)")
    let record = try home.record("rp_0001")
    #expect(record.exitCode == 7 && record.cleanup?.state == .done && record.cost != nil)
    #expect(Files.exists(home.folder("rp_0001").outputs + "/made"))
    let execution = try #require(try await lyceum.executions().first)
    #expect(execution.lines.contains("token ***"), "\(execution.lines)")
    #expect(!"\(execution.sent)".contains("hunter2") && !"\(execution.sent)".contains("session_token"))
    // It ends by itself: nobody has to end it.
    #expect(try await lyceum.live().isEmpty)
    #expect(try await lyceum.violations().isEmpty)
  }
}
