import AWSSupport
import Basics
import CSupport
import DockerSupport
import FolderStorage
import FoundationEssentials
import Glibc
import HTTPDirect
import ProviderKit
import Retrying
import RunAgent
import RunPodSupport
import Subprocessing
import TrainingModel
import Unpacking

/// `runpilot-agent --far ORDER.json`: started by the boot script of a rented machine.
enum FarProgram {
  /// Does what the order says, and ends the process: 0, 75 when another agent of the run is at work here, else what went wrong.
  static func run(_ path: String) async -> Never {
    do {
      let order = try JSON.decode(FarOrder.self, from: try Files.read(path, limit: 1 << 20))
      guard order.schema == FarOrder.currentSchema else { throw UnknownOrder(what: "schema", value: order.schema) }
      let record = try await FarAgent.run(try setup(order.begun(at: Date())))
      if order.machineEnd == FarOrder.leave { await leaveNothing(order) }
      leave(record == nil ? ExitCode.unavailable.rawValue : 0)
    } catch {
      say("\(error)")
      leave(((error as? any ExitCoded)?.exitCode ?? .software).rawValue)
    }
  }

  private static func setup(_ order: FarOrder) throws -> FarSetup {
    AdoptedProcesses.becomeSubreaper()
    _ = rp_resolve_without_plugins()
    let signals = rp_catch_signals([SIGTERM, SIGINT, SIGHUP, AgentCommand.signal], 4)
    signal(SIGPIPE, SIG_IGN)
    let environment = ProcessInfo.processInfo.environment
    let words = order.runFolder.agentLog
    let log: @Sendable (String) -> Void = { line in
      say(line)
      guard let file = try? Descriptor.open(words, O_WRONLY | O_CREAT | O_APPEND) else { return }
      try? file.writeAll(Array("\(Timestamp.format(Date())) \(line)\n".utf8), name: words)
    }
    var setup = FarSetup(
      order: order, store: try store(order), machineEnd: try machineEnd(order.machineEnd, environment, log),
      executors: AgentProgram.executors.merging([ContainerOptions.executorKind: container]) { $1 },
      // What ends the machine is not the job's.
      environment: environment.filter { $0.key != PodEnd.keyVariable }, signals: signals,
      version: AgentProgram.version, unpack: { archive, folder in try Tarball.unpack(archive, into: folder) }, log: log)
    setup.interruption = try interruption(order.interruption, environment)
    setup.machineSampler = GPUSampler(need: .all, environment: environment)
    return setup
  }

  /// Takes the folder away, when the mailbox has the end of the run and everything that belongs to it.
  private static func leaveNothing(_ order: FarOrder) async {
    guard let store = try? store(order), let object = try? await store.get(order.mailbox.record, range: nil),
      let record = try? JSON.decode(RunRecord.self, from: Data(object.bytes)), record.status.isTerminal,
      let list = try? await store.get(order.mailbox.manifest, range: nil),
      let manifest = try? JSON.decode(MailboxManifest.self, from: Data(list.bytes)), manifest.missing.isEmpty
    else { return say("the mailbox has not got all of the run: \(order.folder) is left as it is") }
    do throws(SystemError) { try Files.removeTree(order.folder) } catch { say(error.message) }
  }

  // MARK: what an order names

  private static func store(_ order: FarOrder) throws -> any ObjectStore {
    let address = order.store
    if let folder = address.folder { return FolderStore(folder) }
    var environment = ProcessInfo.processInfo.environment
    if address.credentials == .session {
      let session = try StoreSession(text: try Files.read(order.sessionFile, limit: 1 << 20))
      environment["AWS_ACCESS_KEY_ID"] = session.accessKeyID
      environment["AWS_SECRET_ACCESS_KEY"] = session.secretAccessKey.withExposed { $0 }
      environment["AWS_SESSION_TOKEN"] = session.sessionToken.withExposed { $0 }
    }
    let surroundings = AWSSurroundings(
      environment: environment, readFile: { path throws(SystemError) in try Files.read(path, limit: 1 << 20) }, now: { Date() },
      transport: DirectTransport(environment: environment),
      runProgram: { words throws(AWSConfigurationError) in
        throw AWSConfigurationError("a machine far away runs no program for credentials: \(words.first ?? "")")
      })
    let settings = AWSSession.Settings(region: address.region, endpoint: address.endpoint)
    return try AWSSession(settings, in: surroundings, retry: Retry(budgets: RetryBudgets())).bucket(
      address.bucket, pathStyle: address.pathStyle ? true : nil)
  }

  private static func machineEnd(_ name: String, _ environment: [String: String], _ log: @escaping @Sendable (String) -> Void) throws
    -> any MachineEnd
  {
    switch name {
    case FarOrder.shutdown: return Shutdown(environment: environment, log: log)
    case FarOrder.stay, FarOrder.leave: return Staying(log: log)
    case PodEnd.kind: return OwnProgramEnd(name, environment: environment, log: log)
    default: throw UnknownOrder(what: "end of the machine", value: name)
    }
  }

  private static func interruption(_ name: String?, _ environment: [String: String]) throws -> (any InterruptionSource)? {
    switch name {
    case nil: return nil
    case SpotNotice.kind: return SpotNotice(transport: DirectTransport(environment: environment), environment: environment)
    case let name?: throw UnknownOrder(what: "interruption", value: name)
    }
  }

  private static let container: ExecutorFactory = { request throws(StartFailure) in
    AwaitingExecutor(
      engine: "/var/run/docker.sock", starting: ["systemctl", "start", "docker"],
      executor: LateContainerExecutor.isMeant(request.job) ? try LateContainerExecutor(request) : try ContainerExecutor(request))
  }

  private static func say(_ words: String) {
    let line = Array("\(Timestamp.format(Date())) \(words)\n".utf8)
    line.withUnsafeBytes { _ = Descriptor.writeAll($0, to: 2) }
  }
}

/// A machine that is not ours to end: one that many share.
private struct Staying: MachineEnd {
  let log: @Sendable (String) -> Void
  func end() { log("this machine is not ended by its agent") }
}

/// An order of which this agent does not know a part.
private struct UnknownOrder: ExitCoded {
  let what: String
  let value: String
  var message: String { "this agent (\(AgentProgram.version)) does not know the \(what) '\(value)' of its order" }
  var exitCode: ExitCode { .configuration }
}
