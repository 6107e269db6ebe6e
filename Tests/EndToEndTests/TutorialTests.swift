import Basics
import FoundationEssentials
import Glibc
import RunPilotTesting
import Testing
import TrainingModel

/// docs/write-a-provider.md, word for word, and the plugins of the examples.
@Suite("Write a provider in an afternoon", .serialized)
struct TutorialTests {
  private static let documents = Paths.resolve("../../../docs", from: Paths.parent(of: #filePath) + "/x")

  /// The commands of the page's fenced blocks, in their order.
  private static func blocks() throws -> [String] {
    let page = try Files.readText(documents + "/write-a-provider.md")
    return page.components(separatedBy: "```sh\n").dropFirst().compactMap { $0.components(separatedBy: "\n```").first }
  }

  /// A home in whose shells `runpilot` is the built program.
  private static func stage() throws -> (home: TestHome, environment: [String: String]) {
    let home = try TestHome()
    try Files.createFolder(home.project + "/../bin")
    try FileManager.default.createSymbolicLink(
      atPath: home.project + "/../bin/runpilot", withDestinationPath: try BuiltProducts.path("runpilot"))
    let path = ProcessEnvironment.read()["PATH"] ?? "/usr/bin:/bin"
    return (
      home,
      [
        "PATH": home.project + "/../bin:" + path, "EXAMPLES": documents + "/examples",
        "RUNPILOT_FAR_AGENT": try BuiltProducts.staticAgent(),
      ]
    )
  }

  @Test("every command of the page works, a job is trained on the sample, and nothing is left of its machine")
  func page() async throws {
    let (home, environment) = try Self.stage()
    let blocks = try Self.blocks()
    #expect(blocks.count == 4)
    for block in blocks {
      let text = "set -e\n" + block.replacing("file:///tmp/runpilot-mailbox", with: "file://\(home.path)-mailbox")
      let done = try await home.shell(text, environment: environment)
      #expect(done.exitCode == 0, "\(block)\n\(done.stdout)\(done.stderr)")
      if block.contains("run train.yaml") {
        #expect(done.stdout.contains("hello from ") && done.stdout.contains("0.5"))
        let record = try home.record("rp_0001")
        #expect(record.status == .success && record.cleanup?.state == .done && record.rental?.hourly != nil)
        #expect(try Files.readText(home.folder("rp_0001").outputs + "/model.txt") == "model\n")
      }
    }
    #expect(TestHome.processes(withEnvironment: "RUNPILOT_HOME=\(home.path)").isEmpty)
  }

  @Test("the sample's machine is killed with its job: the run is lost, and what is left is found and ended")
  func killed() async throws {
    let (home, environment) = try Self.stage()
    let first = try await home.shell(
      try #require(try Self.blocks().first).replacing("/tmp/runpilot-mailbox", with: home.path + "-mailbox"), environment: environment)
    #expect(first.exitCode == 0, "\(first.stderr)")
    try home.write("long.yaml", "name: long\nentrypoint: [sleep, '600']\nmax_duration: 20m\n")
    let run = try await home.runpilot(["run", "long.yaml", "--provider", "sample", "--detach"], environment: environment)
    #expect(run.exitCode == 0, "\(run.stderr)")
    let machine = try #require(try home.record("rp_0001").rental?.resource)
    let cleaned = try await home.runpilot(["resources", "cleanup", machine.rawValue, "--force", "--yes"], environment: environment)
    #expect([0, 3].contains(cleaned.exitCode), "\(cleaned.stdout)\(cleaned.stderr)")
    try await eventually {
      try await home.runpilot(["resources", "list", "-q"], environment: environment).stdout.isEmpty
    }
    #expect(TestHome.processes(withArgument: "\(home.path)/cache/processes/\(machine).sh").isEmpty)
  }

  @Test("what lists providers runs none of them; an untrusted project's plugin is not run by anything")
  func neverRun() async throws {
    let (home, environment) = try Self.stage()
    #expect(try await home.shell("git init -q .").exitCode == 0)
    try home.write("spy", "#!/bin/sh\ntouch '\(home.project)/was-run'\nexit 3\n")
    #expect(try await home.shell("chmod +x spy").exitCode == 0)
    try home.write("spy.plugin.json", "{\"name\": \"spy\", \"summary\": \"tells nobody\"}")
    try home.write("providers.toml", "[providers.spy]\ncommand = [\"./spy\"]\n")
    let untrusted = try await home.runpilot(["providers", "check", "spy"], environment: environment)
    #expect(
      untrusted.exitCode == 77 && untrusted.stderr.contains("providers.spy.command (line 2)") && untrusted.stderr.contains("runpilot trust")
    )
    #expect(try await home.runpilot(["trust", "--yes"], environment: environment).exitCode == 0)
    for words in [
      ["providers", "list"], ["providers", "show", "spy"], ["plugins", "list"], ["config", "show"], ["config", "validate"], ["list"],
    ] {
      let told = try await home.runpilot(words, environment: environment)
      #expect(told.exitCode == 0, "\(words): \(told.stderr)")
    }
    #expect(try await home.runpilot(["providers", "list"], environment: environment).stdout.contains("tells nobody"))
    #expect(!Files.exists(home.project + "/was-run"))
    let checked = try await home.runpilot(["providers", "check", "spy"], environment: environment)
    #expect(checked.exitCode == 69 && checked.stdout.contains("ended with code 3"), "\(checked.stdout)\(checked.stderr)")
    #expect(Files.exists(home.project + "/was-run"))
  }

  @Test("the near sample, in Perl: a job on this machine that gives way, with its own exit code, log and secret")
  func near() async throws {
    let (home, environment) = try Self.stage()
    let plugins = home.path + "/plugins"
    try Files.createFolder(plugins)
    for name in ["runpilot-provider-nice", "nice.plugin.json"] {
      #expect(try await home.shell("cp '\(Self.documents)/examples/plugins/\(name)' '\(plugins)/'").exitCode == 0)
    }
    // Named as a module: it lies in a plugin folder.
    try Files.writeAtomically(Array("[providers.gentle]\nmodule = \"nice\"\nlevel = 7\n".utf8), to: home.path + "/providers.toml")
    try home.write("job.yaml", "name: job\nsecrets: [TOKEN]\nentrypoint: [sh, -c, 'nice; echo it is $TOKEN; exit 9']\n")
    let run = try await home.runpilot(
      ["run", "job.yaml", "--provider", "gentle"], environment: environment.merging(["TOKEN": "hunter2-and-more"]) { $1 })
    #expect(run.exitCode == 9 && run.stdout == "7\nit is ***\n", "\(run.stdout)\(run.stderr)")
    #expect(try home.files(containingAny: ["hunter2-and-more"]).isEmpty)
    try home.write("long.yaml", "name: long\nentrypoint: [sleep, '600']\n")
    let program = try home.start("run", "long.yaml", "--provider", "gentle", environment: environment)
    try await eventually { (try? home.record("rp_0002"))?.status == .running }
    #expect(try await home.runpilot(["stop", "rp_0002"], environment: environment).exitCode == 0)
    #expect(try await program.wait().exitCode == 130)
  }
}
