import Basics
import FoundationEssentials
import Glibc
import RunPilotTesting
import Subprocessing
import Testing
import TrainingModel

/// One run with a real agent: the built `runpilot-agent`, a folder of its own, the lock and the pipe that the home would give it.
struct AgentHarness: Sendable {
  let root: String
  let folder: RunFolder
  let uid: String
  var job: AgentJob
  /// The words that start the agent; the one that was built, unless set.
  var program: [String]?
  private let record: RunRecord

  init(_ command: [String], change: (inout RunSpec) -> Void = { _ in }) throws {
    root = "/tmp/rp-agent-\(getpid())-\(UInt32.random(in: 0 ... .max))"
    folder = RunFolder(root + "/runs/rp_0001")
    uid = "uid-\(getpid())-\(UInt32.random(in: 0 ... .max))"
    for path in [folder.commands, root + "/lab"] { try Files.createFolder(path) }
    var spec = RunSpec(name: "test", entrypoint: command, projectFolder: root + "/lab", provider: "local")
    spec.stopGraceSeconds = 1
    change(&spec)
    record = RunRecord(id: RunID("rp_0001"), uid: uid, spec: spec, runDir: folder.path, createdAt: Date())
    let environment = AgentJob.standardEnvironment(record: record, spec: spec, folder: folder, seed: 7)
    job = AgentJob(record: record, spec: spec, environment: environment, executor: .process)
  }

  /// A script for `sh -c`.
  init(script: String, change: (inout RunSpec) -> Void = { _ in }) throws { try self.init(["sh", "-c", script], change: change) }

  /// Writes what the home writes before it starts an agent.
  func writeRun() throws {
    try Files.writeAtomically(try JSON.encode(record), to: folder.record)
    try Files.writeAtomically(try JSON.encode(job), to: folder.job)
  }

  /// Starts the agent as the home does.
  func start(secrets: [String: String] = [:], environment: [String: String] = [:]) throws -> Child {
    try writeRun()
    let lock = try #require(try FileLock.tryAcquire(folder.lock))
    var pipe: [Int32] = [-1, -1]
    try #require(Glibc.pipe(&pipe) == 0)
    for end in pipe { _ = fcntl(end, F_SETFD, FD_CLOEXEC) }
    let log = try Descriptor.open(folder.agentLog, O_WRONLY | O_CREAT | O_APPEND)
    var request = SpawnRequest(
      try (program ?? [BuiltProducts.path("runpilot-agent")]) + ["--folder", folder.path, "--lock-fd", "3", "--secrets-fd", "4"],
      environment: ["PATH": "/usr/local/bin:/usr/bin:/bin"].merging(environment) { $1 }, workingFolder: root + "/lab",
      placement: .ownSession, descriptors: [1: log.raw, 2: log.raw, 3: lock.descriptor, 4: pipe[0]])
    request.environment["SWIFT_BACKTRACE"] = "enable=no"
    let child = try Child.spawn(request)
    close(pipe[0])
    _ = try JSON.encode(secrets).withUnsafeBytes { Descriptor.writeAll($0, to: pipe[1]) }
    close(pipe[1])
    return child
  }

  /// Runs the job to its end.
  func run(secrets: [String: String] = [:], environment: [String: String] = [:]) async throws -> RunRecord {
    let agent = try start(secrets: secrets, environment: environment)
    let end = await agent.wait()
    let record = try recordNow()
    #expect(end == .exited(0), "the agent said: \((try? Files.readText(folder.agentLog)) ?? "")")
    #expect(record.status.isTerminal)
    #expect(!FileLock.isHeld(folder.lock))
    return record
  }

  func recordNow() throws -> RunRecord { try JSON.decode(RunRecord.self, from: try Files.read(folder.record)) }
  func log() throws -> String { try Files.readText(folder.logs) }
  func metrics() throws -> MetricsDocument { try JSON.decode(MetricsDocument.self, from: try Files.read(folder.metrics)) }

  /// Leaves a wish as the home does.
  func ask(_ command: AgentCommand) throws {
    try Files.writeAtomically(Data(), to: folder.command(command))
    if let agent = try? recordNow().agent {
      ProcessIdentity(pid: agent.pid, startTime: agent.startTime, bootID: agent.bootID).signal(AgentCommand.signal)
    }
  }

  /// Processes of this run that are still there.
  func strays() -> [ProcessIdentity] { ProcessTable().processes(withEnvironment: "RUNPILOT_RUN_UID", uid) }

  /// Waits until `condition` holds; generous, for a loaded machine.
  func wait(_ what: String, until condition: () throws -> Bool) async throws {
    for _ in 0..<6_000 {
      if try condition() { return }
      try await Task.sleep(for: .milliseconds(10))
    }
    Issue.record("waited in vain: \(what)")
  }

  func remove() {
    for stray in strays() { stray.signal(SIGKILL) }
    try? Files.removeTree(root)
  }
}

/// Runs `body` with a harness that is cleared away afterwards.
func withAgent(
  _ script: String, change: (inout RunSpec) -> Void = { _ in }, _ body: (AgentHarness) async throws -> Void
) async throws {
  let harness = try AgentHarness(script: script, change: change)
  defer { harness.remove() }
  try await body(harness)
}
