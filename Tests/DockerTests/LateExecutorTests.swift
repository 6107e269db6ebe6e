import Basics
import FoundationEssentials
import Glibc
import RunAgent
import RunPilotTesting
import Testing
import TrainingModel

@testable import DockerSupport

@Suite("Containers of an engine that is still starting")
struct LateExecutorTests {
  /// A job for an engine at an address, with its output going to a pipe.
  private func request(_ address: String, in root: String) throws -> (ExecutionRequest, reader: Int32) {
    let folder = RunFolder(root + "/run")
    for path in [root + "/project", folder.outputs, folder.commands] { try Files.createFolder(path) }
    let options = ContainerOptions(
      engine: try EngineEndpoint(address, source: "the test"), apiVersion: "", image: "runpilot-test/busybox:1", installation: "test-home",
      owner: "tester@here")
    let spec = RunSpec(name: "t", entrypoint: ["echo", "late"], projectFolder: root + "/project", provider: "cloud")
    let record = RunRecord(id: RunID("rp_0001"), uid: UUID().uuidString.lowercased(), spec: spec, runDir: folder.path, createdAt: Date())
    let job = AgentJob(record: record, spec: spec, environment: [:], executor: options.choice())
    #expect(LateContainerExecutor.isMeant(job))
    let (reader, output) = try JobOutput.makePipe()
    return (ExecutionRequest(job: job, folder: folder, secrets: [:], callerEnvironment: [:], output: output), reader)
  }

  @Test("The job starts once the engine's socket is there")
  func comesLater() async throws {
    let engine = try DockerEngine.require()
    let root = try TemporaryFolder()
    let socket = root.path + "/docker.sock"
    let (request, reader) = try request("unix://" + socket, in: root.path)
    let executor = try LateContainerExecutor(request, patience: .seconds(60))
    async let ready: Void = executor.prepare { _ in }
    try await Task.sleep(for: .milliseconds(300))
    #expect(symlink(String(engine.dropFirst(7)), socket) == 0)
    try await ready
    let started = try await executor.start()
    #expect(started.versions["engine"] != nil)
    #expect(await executor.wait() == .exited(code: 0))
    request.output.close()
    #expect(await executor.cleanUp().state == .done)
    var bytes = [UInt8](repeating: 0, count: 100)
    let count = read(reader, &bytes, 100)
    close(reader)
    #expect(String(decoding: bytes.prefix(max(0, count)), as: UTF8.self) == "late\n")
  }

  @Test("An engine that never comes is a start that failed, and nothing is left")
  func never() async throws {
    let root = try TemporaryFolder()
    let (request, reader) = try request("unix://" + root.path + "/none.sock", in: root.path)
    defer { close(reader) }
    let executor = try LateContainerExecutor(request, patience: .milliseconds(100))
    await #expect(throws: StartFailure.self) { try await executor.prepare { _ in } }
    #expect(await executor.cleanUp().state == .done)
    request.output.close()
  }
}
