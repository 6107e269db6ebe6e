import Basics
import DockerProvider
import FoundationEssentials
import Glibc
import NvidiaDockerProvider
import ProviderKit
import RunPilotTesting
import SafeCleanup
import Synchronization
import Testing
import TrainingModel

@testable import DockerSupport

/// Takes jobs and starts nothing.
private final class IdleAgents: AgentStarting {
  let jobs = Mutex<[AgentJob]>([])
  let executable: String? = "/opt/runpilot-agent"

  func start(_ job: AgentJob, request: LaunchRequest) throws(ProviderError) -> AgentFacts {
    jobs.withLock { $0.append(job) }
    return AgentFacts(pid: 1, startTime: 1, bootID: "b")
  }
}

@Suite("Providers on a container engine")
struct ProviderTests {
  private let home: TemporaryFolder
  private let agents = IdleAgents()
  private let installation = UUID().uuidString

  init() throws { home = try TemporaryFolder() }

  private func provider(_ descriptor: ProviderDescriptor, host: String? = nil, settings: [String: JSONValue] = [:]) throws
    -> any TrainingProvider
  {
    var environment = ProcessInfo.processInfo.environment
    environment["DOCKER_HOST"] = try host ?? DockerEngine.require()
    let context = ProviderContext(
      environment: environment, home: home.path, installation: installation, owner: "me@here", agent: agents, now: { Date() })
    return try descriptor.make(ProviderSettings(id: "box", module: descriptor.module, values: settings), context)
  }

  private func request(_ change: (inout RunSpec) -> Void = { _ in }) throws -> LaunchRequest {
    var spec = RunSpec(name: "n", entrypoint: ["true"], projectFolder: home.path, provider: "box")
    spec.image = "runpilot-test/busybox:1"
    change(&spec)
    let folder = RunFolder(home.path + "/runs/rp_0001")
    try Files.createFolder(folder.agentFolder)
    let record = RunRecord(id: RunID("rp_0001"), uid: UUID().uuidString.lowercased(), spec: spec, runDir: folder.path, createdAt: Date())
    return LaunchRequest(record: record, spec: spec, folder: folder, secrets: [:], seed: 1, lock: try FileLock.acquire(folder.lock))
  }

  @Test("The agent is told everything about the container, and the resource is known by the run")
  func launch() async throws {
    let provider = try provider(DockerProvider.descriptor)
    let request = try request { spec in
      spec.user = "host"
      spec.network = "none"
      spec.mounts = [Mount(name: "d", source: "/d", target: "/data")]
    }
    let resource = try await provider.launch(request, token: LaunchToken(request.record.uid))
    #expect(resource.id == ResourceID(request.record.uid))
    #expect(resource.kind == "container" && resource.runUID == request.record.uid && resource.installation == installation)
    let job = try #require(agents.jobs.withLock { $0.first })
    let options = try ContainerOptions(job.executor)
    #expect(options.image == "runpilot-test/busybox:1" && options.user == "host" && options.network == "none")
    #expect(options.mounts == request.spec.mounts)
    #expect(options.engineVersion?.isEmpty == false && options.provider == "box" && !options.passesGPUs)
    #expect(job.environment["RUNPILOT_OUTPUT_DIR"] == "/runpilot/outputs")
    #expect(job.environment["RUNPILOT_RUN_DIR"] == "/runpilot")
  }

  @Test("An engine that does not answer: nothing was done, the socket is named, and so is the way around it")
  func unreachable() async throws {
    let request = try request()
    for descriptor in [DockerProvider.descriptor, NvidiaDockerProvider.descriptor] {
      let provider = try provider(descriptor, host: "unix:///nowhere/engine.sock")
      let error = await #expect(throws: ProviderError.self) { try await provider.launch(request, token: LaunchToken("t")) }
      #expect(error?.code == .unreachable && error?.effect == ProviderError.Effect.none)
      #expect(error?.message.contains("/nowhere/engine.sock") == true)
      #expect(error?.hints.contains { $0.contains("--no-docker") } == true)
      #expect(agents.jobs.withLock { $0.isEmpty })
      let check = await (provider as? any AccountCheck)?.check()
      #expect(check?.first?.outcome == .failed)
    }
  }

  @Test("A run without an image, and one with GPUs, are sent elsewhere")
  func refused() async throws {
    let provider = try provider(DockerProvider.descriptor)
    var plain = try request()
    plain.spec.image = nil
    let imageless = plain
    let noImage = await #expect(throws: ProviderError.self) { try await provider.launch(imageless, token: LaunchToken("t")) }
    #expect(noImage?.code == .invalidRequest && noImage?.hints.contains { $0.contains("--provider local") } == true)
    var wanting = plain
    wanting.spec.image = "x"
    wanting.spec.resources.gpus = .all
    let greedy = wanting
    let gpu = await #expect(throws: ProviderError.self) { try await provider.launch(greedy, token: LaunchToken("t")) }
    #expect(gpu?.hints.contains { $0.contains("nvidia-docker") } == true)
    #expect(try await provider.offers(for: wanting.spec.resources).isEmpty)
  }

  @Test("Settings that exclude each other are refused before anything is contacted")
  func settings() throws {
    let error = #expect(throws: ProviderError.self) {
      try provider(DockerProvider.descriptor, settings: ["host": .string("unix:///x"), "context": .string("y")])
    }
    #expect(error?.code == .invalidRequest)
  }

  @Test("A container that outlived its agent is found by its labels, read, and removed; another home's is not ours")
  func orphan() async throws {
    let client = try await ContainerRun.connect()
    let provider = try provider(DockerProvider.descriptor)
    let request = try request()
    let uid = request.record.uid
    var container = ContainerRequest(image: "runpilot-test/busybox:1", entrypoint: ["sh", "-c", "echo remembered; sleep 600"])
    container.labels = [
      ContainerNaming.run: uid, ContainerNaming.id: "rp_0001", ContainerNaming.installation: installation, ContainerNaming.owner: "me@here",
      ContainerNaming.provider: "box",
    ]
    container.host.network = "none"
    let ours = try await client.create(container, name: ContainerNaming.name(id: RunID("rp_0001"), uid: uid))
    container.labels[ContainerNaming.installation] = "another-" + installation
    let foreign = try await client.create(container, name: "foreign-" + uid)
    try await client.start(ours.id)

    let found = try await provider.resources(.ours, after: nil).resources
    #expect(found.map(\.id) == [ResourceID(uid)])
    let resource = try #require(found.first)
    #expect(resource.tags["container"] == ours.id && resource.state == .running && resource.owner == "me@here")

    let recovery = try #require(provider as? any LogRecovery)
    var job = AgentJob(record: request.record, spec: request.spec, environment: [:], executor: .process)
    try Files.writeAtomically(JSON.encode(job), to: request.folder.job)
    try await eventually { try await recovery.recoveredLog(of: uid, from: 3) == Array("embered\n".utf8) }
    job.secretNames = ["TOKEN"]
    try Files.writeAtomically(JSON.encode(job), to: request.folder.job)
    #expect(try await recovery.recoveredLog(of: uid, from: 0) == nil, "secrets stay in the engine's log")

    let facts = CleanupFacts(
      resource: resource, listingComplete: true, gatheredAt: Date(), installation: installation, runIsAlive: false)
    #expect(try await provider.destroy(try CleanupSafety.review(facts, now: Date())) == .destroyed)
    #expect(try await provider.status(of: resource.id) == .gone)
    #expect(try await client.inspect(foreign.id).id == foreign.id)
    try await client.remove(foreign.id)
  }
}
