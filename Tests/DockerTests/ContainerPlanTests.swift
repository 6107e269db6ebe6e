import Basics
import FoundationEssentials
import RunAgent
import RunPilotTesting
import Subprocessing
import Testing
import TrainingModel

@testable import DockerSupport

@Suite("What the engine is asked for")
struct ContainerPlanTests {
  private static func plan(
    secrets: [String: String] = [:], options change: (inout ContainerOptions) -> Void = { _ in },
    job changeJob: (inout AgentJob) -> Void = { _ in }
  ) throws -> ContainerPlan {
    var options = ContainerOptions(
      engine: try EngineEndpoint("unix:///s", source: "t"), apiVersion: "1.41", image: "img:1", installation: "home-1", owner: "me@here")
    change(&options)
    let spec = RunSpec(name: "n", entrypoint: ["python3", "train.py"], projectFolder: "/lab", provider: ProviderID("docker"))
    let record = RunRecord(
      id: RunID("rp_0012"), uid: "0192f0aa-1111-7222-8333-444455556666", spec: spec, runDir: "/h/runs/rp_0012", createdAt: Date())
    var job = AgentJob(record: record, spec: spec, environment: ["A": "1", "B": "two words"], executor: options.choice())
    changeJob(&job)
    let (reader, output) = try JobOutput.makePipe()
    _ = Descriptor(owning: reader)
    let request = ExecutionRequest(
      job: job, folder: RunFolder("/h/runs/rp_0012"), secrets: secrets, callerEnvironment: [:], output: output)
    return ContainerPlan(request, options: try ContainerOptions(job.executor), caller: (1000, 100))
  }

  private static func everything() throws -> ContainerPlan {
    try plan(secrets: ["TOKEN": "s3cret"]) { options in
      options.mounts = [Mount(name: "data", source: "/data", target: "/data/", readOnly: true)]
      options.user = "host"
      options.network = "none"
      options.passesGPUs = true
      options.provider = "gpu-box"
    } job: { job in
      job.setup = ["pip install -e .", "echo 'it is'"]
      job.resources.memory = ByteSize(bytes: 1 << 30)
      job.resources.cpuMillis = 1500
      job.resources.sharedMemory = ByteSize(bytes: 64 << 20)
      job.resources.gpus = .ids(["0", "GPU-ab"])
      job.workdir = "/app/sub"
    }
  }

  @Test("Every body is one by the vendor's own description", arguments: [false, true])
  func vendorDescription(full: Bool) async throws {
    let plan = full ? try Self.everything() : try Self.plan()
    #expect(try await Self.validate(JSON.encode(plan.request, compact: true)) == "")
  }

  @Test("That check finds what is wrong", arguments: [#"{"Image":3}"#, #"{"HostConfig":{"Memry":1}}"#, #"{"HostConfig":{"Init":"yes"}}"#])
  func validatorFinds(body: String) async throws { #expect(try await Self.validate(Data(body.utf8)) != "") }

  private static func validate(_ body: Data) async throws -> String {
    let vectors = Paths.parent(of: #filePath) + "/Vectors"
    let folder = try TemporaryFolder()
    try folder.write("body.json", String(decoding: body, as: UTF8.self))
    let input = try Descriptor.open(folder.path + "/body.json", 0)
    let python = try Program(
      ["python3", vectors + "/validate.py", vectors + "/container-create-1.41.yaml"], environment: ProcessInfo.processInfo.environment,
      workingFolder: folder.path, input: input.raw)
    let result = try await python.wait()
    return result.exitCode == 0 ? "" : result.stdout + result.stderr
  }

  @Test("Limits, devices, user, network and mounts stand where the engine looks for them")
  func body() throws {
    let request = try Self.everything().request
    #expect(request.host.memory == 1 << 30)
    #expect(request.host.memoryAndSwap == 1 << 30)
    #expect(request.host.nanoCPUs == 1_500_000_000)
    #expect(request.host.sharedMemory == 64 << 20)
    #expect(request.host.network == "none")
    #expect(request.host.devices == [.init(ids: ["0", "GPU-ab"])])
    #expect(request.user == "1000:100")
    #expect(request.workingFolder == "/app/sub")
    #expect(
      request.host.mounts == [
        .init(source: "/lab", target: "/app", readOnly: false), .init(source: "/data", target: "/data", readOnly: true),
        .init(source: "/h/runs/rp_0012/outputs", target: "/runpilot/outputs", readOnly: false),
        .init(source: "/h/runs/rp_0012/.agent/setup", target: "/runpilot/.setup", readOnly: false),
      ])
    #expect(request.environment == ["A=1", "B=two words", "TOKEN=s3cret"])
    #expect(request.labels["runpilot.run"] == "0192f0aa-1111-7222-8333-444455556666")
    #expect(request.labels["runpilot.provider"] == "gpu-box")
  }

  @Test("The name holds the run's id and the random end of its uid")
  func name() throws { #expect(try Self.plan().name == "runpilot-rp_0012-55556666") }

  @Test("GPU wishes", arguments: [(GPUNeed.none, nil), (.count(0), nil), (.all, -1), (.count(2), 2)] as [(GPUNeed, Int?)])
  func gpus(need: GPUNeed, count: Int?) throws {
    let request = try Self.plan {
      $0.passesGPUs = true
    } job: {
      $0.resources.gpus = need
    }.request
    #expect(request.host.devices == count.map { [.init(count: $0)] })
    #expect(
      try Self.plan {
        $0.passesGPUs = false
      } job: {
        $0.resources.gpus = need
      }.request.host.devices == nil)
  }

  @Test(
    "Podman is asked for GPUs by their descriptions' names",
    arguments: [(.all, ["all"]), (.count(2), ["0", "1"]), (.ids(["1", "GPU-ab"]), ["1", "GPU-ab"]), (.none, nil)] as [(GPUNeed, [String]?)])
  func describedGPUs(need: GPUNeed, names: [String]?) throws {
    let plan = try Self.plan {
      ($0.passesGPUs, $0.engineVersion) = (true, "Libpod/5.4.0 (linux)")
    } job: {
      $0.resources.gpus = need
    }
    #expect(
      plan.request.host.devices == names.map { [.init(driver: "cdi", ids: $0.map { "nvidia.com/gpu=" + $0 }, capabilities: nil)] })
    #expect(plan.problem == nil)
  }

  @Test("What Podman would pass over in silence is refused: GPUs before 5.4, and mounts that are not there")
  func podmansSilence() throws {
    let old = try Self.plan {
      ($0.passesGPUs, $0.engineVersion) = (true, "Libpod/4.3.1 (linux)")
    } job: {
      $0.resources.gpus = .all
    }
    #expect(old.problem?.kind == .unavailable)
    let absent = [Mount(name: "data", source: "/nowhere/at/all", target: "/data")]
    #expect(try Self.plan { ($0.mounts, $0.engineVersion) = (absent, "Libpod/5.4.0 (linux)") }.problem?.kind == .badConfiguration)
    #expect(try Self.plan { $0.mounts = absent }.problem == nil, "Docker says so itself")
  }

  @Test("A mount of the user's at /app replaces the project, and outputs are kept from there")
  func ownApp() throws {
    let plan = try Self.plan { $0.mounts = [Mount(name: "code", source: "/elsewhere", target: "/app")] }
    #expect(plan.request.host.mounts.map(\.source) == ["/elsewhere", "/h/runs/rp_0012/outputs"])
    #expect(plan.workingFolderHere == "/elsewhere")
  }

  @Test(
    "The working directory here is the innermost mount's",
    arguments: [("/app", "/lab"), ("/app/sub", "/lab/sub"), ("/app/d/x", "/deep/x"), ("/apple", nil), ("/opt", nil)]
      as [(String, String?)])
  func workingFolder(inside: String, here: String?) throws {
    let mounts = [Mount(name: "d", source: "/deep", target: "/app/d")]
    let plan = try Self.plan {
      $0.mounts = mounts
    } job: {
      $0.workdir = inside
    }
    #expect(plan.workingFolderHere == here)
  }

  @Test("An engine elsewhere has none of our folders")
  func elsewhere() throws {
    let plan = try Self.plan { options in
      guard let far = try? EngineEndpoint("tcp://far:2375", source: "t") else { return }
      options.engine = far
    }
    #expect(plan.workingFolderHere == nil)
  }

  @Test("Options survive their way through the job's file")
  func options() throws {
    var options = ContainerOptions(
      engine: try EngineEndpoint("tcp://h:1", certificates: .init(authority: "/ca", verifies: true), source: "t"), apiVersion: "1.44",
      image: "i", installation: "a", owner: "b")
    options.mounts = [Mount(name: "m", source: "/a", target: "/b", readOnly: true)]
    options.user = "host"
    #expect(try ContainerOptions(options.choice()) == options)
  }

  @Test("A body shows nobody its secrets")
  func secrets() throws {
    let request = try Self.everything().request
    var shown = "\(request) \(String(reflecting: request))"
    dump(request, to: &shown)
    #expect(!shown.contains("s3cret"))
  }
}
