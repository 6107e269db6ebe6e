import Basics
import FoundationEssentials
import ProviderKit
import RunPilotTesting
import Testing
import TrainingModel

@testable import Orchestration

@Suite("The script that a rented container is started with")
struct ContainerBootScriptTests {
  private static func script(_ folder: String, session: String = "https://x.example/s?b='$(touch /tmp/never)'`x`") -> ContainerBootScript {
    var order = FarOrder(
      store: StoreAddress(bucket: "b", region: "eu-west-1", credentials: .session),
      mailbox: MailboxLayout(prefix: "p", installation: "i", runUID: "u"), deadline: Date(timeIntervalSinceNow: 3_600))
    (order.folder, order.machineEnd) = (folder, "theirs")
    return ContainerBootScript(
      order: order, agentAddress: "file:///nowhere", agentSHA256: String(repeating: "0", count: 64), sessionAddress: session,
      end: "echo ends >> \"$D/ended\"\nif false; then :; fi")
  }

  @Test(
    "Any POSIX shell can read it and the files it writes, and nothing in it is taken for something else",
    arguments: [["sh"], ["busybox", "sh"], ["bash", "--posix"]])
  func readable(shell: [String]) async throws {
    let folder = try TemporaryFolder()
    let script = Self.script(folder.path + "/it's $HOME")
    let text = try script.text()
    try folder.write("boot", text)
    let upTo = try #require(text.firstRange(of: "\nsh \"$D/watch\" &"))
    try folder.write("files", String(text[..<upTo.lowerBound]) + "\n")
    let environment = ["PATH": "/usr/bin:/bin"]
    for words in [["-n", folder.path + "/boot"], [folder.path + "/files"]] {
      let result = try await Program(shell + words, environment: environment, workingFolder: "/").wait()
      #expect(result.exitCode == 0, "\(result.stderr)")
    }
    for name in ["watch", "end"] {
      let result = try await Program(shell + ["-n", script.order.folder + "/" + name], environment: environment, workingFolder: "/").wait()
      #expect(result.exitCode == 0, "\(name): \(result.stderr)")
    }
    let order = try JSON.decode(FarOrder.self, from: Files.read(script.order.folder + "/order.json"))
    #expect(order.folder == script.order.folder && order.mailbox == script.order.mailbox && order.machineEnd == "theirs")
    #expect(try Files.readText(script.order.folder + "/end").contains("--end theirs"))
    #expect(!Files.exists("/tmp/never"))
  }

  @Test("What the job does is a process of the image: in the project's folder, also under the name that engines give it, and as root")
  func job() throws {
    let bench = try RentalBench()
    var spec = bench.spec()
    spec.image = "me/image:1"
    let record = RunRecord(id: RunID("rp_0001"), uid: "u", spec: spec, runDir: "/x", createdAt: Date())
    let order = Self.script("/var/lib/runpilot").order
    func workdir(_ folder: String?) throws -> String? {
      var spec = spec
      spec.workdir = folder
      let job = try FarJob.make(record: record, spec: spec, seed: 1, order: order, form: .container(end: ""), world: bench.rental)
      #expect(job.executor == .process && job.environment["RUNPILOT_OUTPUT_DIR"] == order.runFolder.outputs)
      return job.workdir
    }
    #expect(try workdir(nil) == order.projectFolder)
    #expect(try workdir("/app") == order.projectFolder)
    #expect(try workdir("/app/src") == order.projectFolder + "/src")
    #expect(try workdir(spec.projectFolder + "/src") == order.projectFolder + "/src")
    #expect(try workdir("/application") == "/application")
    spec.user = "1000"
    #expect(throws: RunRefused.self) {
      try FarJob.make(record: record, spec: spec, seed: 1, order: order, form: .container(end: ""), world: bench.rental)
    }
  }
}
