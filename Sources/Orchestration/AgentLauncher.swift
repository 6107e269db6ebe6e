import Basics
import FoundationEssentials
import Glibc
public import ProviderKit
import Subprocessing
public import TrainingModel

/// Starts the agent as a process of this machine, detached from the terminal.
public struct AgentLauncher: AgentStarting {
  /// The agent's executable; nil when none was found.
  public let executable: String?
  private let environment: [String: String]

  /// A launcher of the agent at `executable`.
  /// - Parameter environment: what the agent, and so a plain job, inherits.
  public init(executable: String?, environment: [String: String]) {
    self.executable = executable
    self.environment = environment
  }

  /// Where the agent is looked for: RUNPILOT_AGENT, beside this program, and in its `libexec`.
  public static func locate(environment: [String: String], program: String) -> String? {
    if let named = environment["RUNPILOT_AGENT"], !named.isEmpty { return named }
    let folder = Paths.parent(of: program)
    return [folder + "/runpilot-agent", Paths.resolve("../libexec/runpilot/runpilot-agent", from: folder)].first(where: Files.exists)
  }

  /// Writes the job and starts the agent with the run's lock on descriptor 3 and the secrets' pipe on 4.
  public func start(_ job: AgentJob, request: LaunchRequest) throws(ProviderError) -> AgentFacts {
    guard let executable else {
      throw ProviderError(
        .invalidRequest, "the agent 'runpilot-agent' is not beside runpilot",
        hints: ["build it: `make build`", "or say where it is: `export RUNPILOT_AGENT=/path/to/runpilot-agent`"])
    }
    do {
      try Files.writeAtomically(try JSON.encode(job), to: request.folder.job)
      return try spawn(executable, request)
    } catch let error as ProviderError {
      throw error
    } catch {
      let hinted = error as? any Hinted
      throw ProviderError(.invalidRequest, "the agent could not be started: \(hinted?.message ?? "\(error)")", hints: hinted?.hints ?? [])
    }
  }

  private func spawn(_ executable: String, _ request: LaunchRequest) throws -> AgentFacts {
    let secrets = try SecretsPipe.prepare(request.secrets)
    let log = try Descriptor.open(request.folder.agentLog, O_WRONLY | O_CREAT | O_APPEND)
    var words = [executable, "--folder", request.folder.path, "--lock-fd", "3", "--secrets-fd", "4"]
    if let limit = OpenFiles.usualLimit { words += ["--open-files", "\(limit)"] }
    let spawn = SpawnRequest(
      words, environment: environment,
      workingFolder: "/", placement: .ownSession,
      descriptors: [1: log.raw, 2: log.raw, 3: request.lock.descriptor, 4: secrets.reader])
    let child = try Child.spawn(spawn)
    try secrets.send()
    guard let identity = ProcessIdentity.of(child.pid) else { throw SystemError("look at", "process \(child.pid)", code: ESRCH) }
    return AgentFacts(pid: identity.pid, startTime: identity.startTime, bootID: identity.bootID)
  }
}

/// The pipe through which an agent gets the secrets: they touch no file and no argument.
private struct SecretsPipe: ~Copyable {
  let reader: Int32
  private let writer: Int32
  private let bytes: [UInt8]

  private init(reader: Int32, writer: Int32, bytes: [UInt8]) {
    self.reader = reader
    self.writer = writer
    self.bytes = bytes
  }

  static func prepare(_ values: [String: Secret]) throws -> SecretsPipe {
    let bytes = Array(try JSON.encode(values.mapValues { $0.withExposed { $0 } }, compact: true))
    var ends: [Int32] = [-1, -1]
    guard pipe(&ends) == 0 else { throw SystemError("make", "a pipe") }
    for end in ends { _ = fcntl(end, F_SETFD, FD_CLOEXEC) }
    return SecretsPipe(reader: ends[0], writer: ends[1], bytes: bytes)
  }

  deinit {
    close(reader)
    close(writer)
  }

  /// Hands everything over; waits for the agent to read what the pipe does not hold.
  func send() throws(SystemError) {
    let failure = bytes.withUnsafeBytes { Descriptor.writeAll($0, to: writer) }
    // An agent that died at once has read nothing; its end is noticed by its lock.
    if let failure, failure != EPIPE { throw SystemError("hand over", "the secrets", code: failure) }
  }
}
