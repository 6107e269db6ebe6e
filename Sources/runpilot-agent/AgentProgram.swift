import Basics
import CSupport
import DockerSupport
import FoundationEssentials
import Glibc
import RunAgent
import Subprocessing
import TrainingModel

/// `runpilot-agent --folder DIR --lock-fd N --secrets-fd N`; on a rented machine `--far ORDER.json` and `--end NAME`; at the far end of an ssh
/// `--store FOLDER`: started by RunPilot, not by people.
///
/// Its own words go to stderr, which is `.agent/agent.log`.
enum AgentProgram {
  static let version = "0.1.0"

  /// Runs the agent and ends the process.
  ///
  /// Not an `async` main: that parks the main thread with pthread_exit(3), whose unwinding takes 20 ms in a static executable of this size.
  static func start(_ arguments: [String]) -> Never {
    Task.detached { await run(arguments) }
    while true { pause() }
  }

  private static func run(_ arguments: [String]) async -> Never {
    if arguments.dropFirst() == ["--version"] {
      print("runpilot-agent \(version)")
      leave(0)
    }
    if arguments.count == 3, arguments[1] == "--store" { await StoreProgram.run(arguments[2]) }
    if arguments.count == 3, arguments[1] == "--far" { await FarProgram.run(arguments[2]) }
    if arguments.count == 3, arguments[1] == "--end" { await EndProgram.run(arguments[2]) }
    do {
      let options = try AgentOptions(Array(arguments.dropFirst()))
      let record = try await Agent.run(try setup(options))
      // Straight out: a job that hangs in the kernel may still have a task waiting for it.
      leave(record.status.isTerminal ? 0 : 1)
    } catch {
      log("\(error)")
      leave(ExitCode.software.rawValue)
    }
  }

  private static func setup(_ options: AgentOptions) throws -> AgentSetup {
    if let count = options.openFiles { OpenFiles.setLimit(count) }
    AdoptedProcesses.becomeSubreaper()
    for descriptor in [options.lock, options.secrets] { _ = fcntl(descriptor, F_SETFD, FD_CLOEXEC) }
    let signals = rp_catch_signals([SIGTERM, SIGINT, SIGHUP, AgentCommand.signal], 4)
    // A reader of the job's output that went away is an error to handle, not an end.
    signal(SIGPIPE, SIG_IGN)
    return AgentSetup(
      folder: RunFolder(options.folder), lock: FileLock.adopting(options.lock), secrets: try readSecrets(options.secrets),
      environment: ProcessEnvironment.read(), signals: signals, executors: executors, version: version, log: log)
  }

  static let executors: [String: ExecutorFactory] = [
    ExecutorChoice.process.kind: { request in ProcessExecutor(request, isSubreaper: true) },
    ContainerOptions.executorKind: { request throws(StartFailure) in
      // An engine may be on another host.
      _ = rp_resolve_without_plugins()
      return LateContainerExecutor.isMeant(request.job) ? try LateContainerExecutor(request) : try ContainerExecutor(request)
    },
  ]

  /// One JSON object of names and values, to the pipe's end.
  private static func readSecrets(_ descriptor: Int32) throws -> [String: String] {
    guard descriptor >= 0 else { return [:] }
    defer { close(descriptor) }
    var bytes = Data()
    var buffer = [UInt8](repeating: 0, count: 64 << 10)
    while true {
      let count = read(descriptor, &buffer, buffer.count)
      if count < 0 && errno == EINTR { continue }
      guard count > 0 else { break }
      bytes.append(contentsOf: buffer[0..<count])
    }
    return bytes.isEmpty ? [:] : try JSON.decode([String: String].self, from: bytes)
  }

  private static func log(_ words: String) {
    let line = Array("\(Timestamp.format(Date())) \(words)\n".utf8)
    line.withUnsafeBytes { _ = Descriptor.writeAll($0, to: 2) }
  }
}
