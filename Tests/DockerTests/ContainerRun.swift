import Basics
import DockerSupport
import FoundationEssentials
import Glibc
import RunAgent
import RunPilotTesting
import Synchronization
import TrainingModel

/// One job in a container of the real engine, driven as the agent drives it.
final class ContainerRun: Sendable {
  let folder: RunFolder
  let project: String
  let uid = UUID().uuidString.lowercased()
  let executor: ContainerExecutor
  let client: EngineClient
  private let root: TemporaryFolder
  private let reader: Int32
  private let output: JobOutput

  var name: String { ContainerNaming.name(id: RunID("rp_0001"), uid: uid) }

  /// The engine under test.
  static func connect() async throws -> EngineClient {
    let host = try DockerEngine.require()
    return try await EngineClient.connect(EngineEndpoint(host, source: "the test"), environment: [:])
  }

  init(
    _ command: [String], image: String = "runpilot-test/busybox:1", secrets: [String: String] = [:],
    options change: @Sendable (inout ContainerOptions, String) -> Void = { _, _ in },
    job changeJob: @Sendable (inout AgentJob) -> Void = { _ in }
  ) async throws {
    client = try await Self.connect()
    root = try TemporaryFolder()
    project = root.path + "/project"
    folder = RunFolder(root.path + "/run")
    for path in [project, folder.outputs, folder.commands] { try Files.createFolder(path) }
    var options = ContainerOptions(
      engine: client.endpoint, apiVersion: "\(client.version)", image: image, installation: "test-home", owner: "tester@here")
    options.engineVersion = client.serverName
    change(&options, project)
    var spec = RunSpec(name: "t", entrypoint: command, projectFolder: project, provider: ProviderID("docker"))
    spec.secretNames = Array(secrets.keys)
    let record = RunRecord(id: RunID("rp_0001"), uid: uid, spec: spec, runDir: folder.path, createdAt: Date())
    let environment = AgentJob.standardEnvironment(record: record, spec: spec, folder: RunFolder(ContainerPlan.runFolder), seed: 7)
    var job = AgentJob(record: record, spec: spec, environment: environment, executor: options.choice())
    changeJob(&job)
    (reader, output) = try JobOutput.makePipe()
    executor = try ContainerExecutor(
      ExecutionRequest(
        job: job, folder: folder, secrets: secrets, callerEnvironment: ProcessInfo.processInfo.environment, output: output))
  }

  /// What came of a job.
  struct Outcome: Sendable {
    var started: StartedJob?
    var end: JobEnd?
    var failure: StartFailure?
    var bytes: [UInt8]
    var cleanup: CleanupOutcome
    var progress: [RunProgress]
    var text: String { String(decoding: bytes, as: UTF8.self) }
  }

  /// Carries the job to its end and cleans up.
  func run(whileRunning body: @Sendable (ContainerRun) async throws -> Void = { _ in }) async throws -> Outcome {
    let progress = Mutex<[RunProgress]>([])
    let reader = reader
    async let bytes = BackgroundThread.run { Self.readAll(reader) }
    var outcome = Outcome(bytes: [], cleanup: CleanupOutcome(.failed), progress: [])
    var thrown: (any Error)?
    do throws(StartFailure) {
      try await executor.prepare { step in progress.withLock { $0.append(step) } }
      outcome.started = try await executor.start()
      do { try await body(self) } catch { thrown = error }
      if thrown != nil { await executor.signal(SIGKILL) }
      outcome.end = await executor.wait()
    } catch {
      outcome.failure = error
    }
    output.close()
    outcome.cleanup = await executor.cleanUp()
    outcome.bytes = try await bytes
    outcome.progress = progress.withLock { $0 }
    if let thrown { throw thrown }
    return outcome
  }

  private static func readAll(_ reader: Int32) -> [UInt8] {
    var bytes: [UInt8] = []
    var buffer = [UInt8](repeating: 0, count: 65_536)
    while true {
      let count = read(reader, &buffer, buffer.count)
      guard count > 0 else { break }
      bytes += buffer[0..<count]
    }
    close(reader)
    return bytes
  }
}
