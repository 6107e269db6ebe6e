import Basics
import Glibc
import Subprocessing
import Synchronization
public import TrainingModel

/// Runs a job as a process beside the agent, in a process group of its own.
public final class ProcessExecutor: Executor {
  /// How long what a job leaves behind gets: to end by itself, then after SIGTERM.
  public struct Patience: Sendable {
    /// To end by itself.
    public var grace: Duration
    /// After SIGTERM.
    public var term: Duration

    /// A second, then two.
    public init(grace: Duration = .seconds(1), term: Duration = .seconds(2)) {
      self.grace = grace
      self.term = term
    }
  }

  private struct State {
    var child: Child?
    var limits: ControlGroup?
    var warnings: [String] = []
    var kernelKills: Int64 = 0
    var killedByUs = false
  }

  private let request: ExecutionRequest
  private let isSubreaper: Bool
  private let patience: Patience
  private let state = Mutex(State())

  /// An executor for one job.
  ///
  /// - Parameter isSubreaper: whether this process adopts orphans; if not, strays are found by their environment alone.
  public init(_ request: ExecutionRequest, isSubreaper: Bool, patience: Patience = Patience()) {
    self.request = request
    self.isSubreaper = isSubreaper
    self.patience = patience
  }

  private var workingFolder: String { request.job.workdir ?? request.job.projectFolder }

  private var environment: [String: String] {
    request.callerEnvironment.merging(request.job.environment) { _, own in own }.merging(request.secrets) { _, secret in secret }
  }

  /// Sets up limits and runs the `setup` commands, one after the other.
  public func prepare(_ report: @escaping @Sendable (RunProgress) -> Void) async throws(StartFailure) {
    let (limits, warnings) = ControlGroup.make(name: "runpilot-\(request.job.uid)", need: request.job.resources)
    state.withLock { ($0.limits, $0.warnings) = (limits, warnings) }
    for (index, command) in request.job.setup.enumerated() {
      report(RunProgress(phase: "setup", detail: command, current: Int64(index), total: Int64(request.job.setup.count)))
      let end = try await runSetup(command)
      guard end.isSuccess else {
        throw StartFailure(.setupFailed, "the setup command `\(command)` \(end.inWords)", hints: ["its output is in the run's log"])
      }
    }
  }

  private func runSetup(_ command: String) async throws(StartFailure) -> ProcessEnd {
    let child = try spawn(["/bin/sh", "-c", command])
    return await withTaskCancellationHandler {
      await child.wait()
    } onCancel: {
      child.signalGroup(SIGKILL)
    }
  }

  /// Starts the job.
  public func start() async throws(StartFailure) -> StartedJob {
    guard !Task.isCancelled else { throw StartFailure(.tryAgain, "the start was cancelled") }
    let child = try spawn(request.job.command)
    request.output.close()
    let warnings = state.withLock { state in
      state.child = child
      state.kernelKills = ControlGroup.kernelKills()
      return state.warnings
    }
    return StartedJob(id: "\(child.pid)", workingFolder: workingFolder, warnings: warnings)
  }

  private func spawn(_ command: [String]) throws(StartFailure) -> Child {
    let output = request.output.descriptor
    let request = SpawnRequest(
      command, environment: environment, workingFolder: workingFolder, placement: .ownGroup, descriptors: [1: output, 2: output])
    do throws(SpawnError) {
      guard let limits = state.withLock({ $0.limits }) else { return try Child.spawn(request) }
      return try limits.spawning { () throws(SpawnError) in try Child.spawn(request) }
    } catch {
      throw StartFailure(error)
    }
  }

  /// Waits for the job's main process.
  public func wait() async -> JobEnd {
    guard let child = state.withLock({ $0.child }) else { return .lost("it was never started") }
    let end = await child.wait()
    switch end {
    case .exited(let code): return .exited(code: code)
    case .signalled(let signal):
      guard signal == SIGKILL, let evidence = memoryKill() else { return .signalled(signal) }
      return .outOfMemory(evidence)
    }
  }

  /// What speaks for the kernel having killed the job for memory; nil when nothing does.
  private func memoryKill() -> String? {
    state.withLock { state in
      guard !state.killedByUs else { return nil }
      if let limits = state.limits, limits.memoryKills > 0, let limit = request.job.resources.memory {
        return "the job needed more than its memory limit of \(limit)"
      }
      guard ControlGroup.kernelKills() > state.kernelKills else { return nil }
      return "the kernel killed a process for lack of memory while the job ran, and the job ended by SIGKILL"
    }
  }

  /// Signals the job's process group.
  public func signal(_ signal: Int32) async {
    let child = state.withLock { state in
      if signal == SIGKILL { state.killedByUs = true }
      return state.child
    }
    child?.signalGroup(signal)
  }

  /// Ends what the job left: children in its group and out of it, daemons too.
  public func cleanUp() async -> CleanupOutcome {
    let uid = request.job.uid
    let isSubreaper = isSubreaper
    let find: @Sendable () -> [ProcessIdentity] = {
      isSubreaper ? AdoptedProcesses.find() : ProcessTable().processes(withEnvironment: "RUNPILOT_RUN_UID", uid)
    }
    let strays = find()
    defer { state.withLock { $0.limits }?.remove() }
    guard !strays.isEmpty else { return CleanupOutcome(.done) }
    // Signal 0 is none: the first step only waits.
    let steps = [
      TeardownStep(0, wait: patience.grace), TeardownStep(SIGTERM, wait: patience.term), TeardownStep(SIGKILL, wait: .seconds(5)),
    ]
    let left = await Teardown.end(steps, find: find)
    guard left.isEmpty else {
      return CleanupOutcome(.pending, detail: "processes that do not end: \(left.map { "\($0.pid)" }.joined(separator: ", "))")
    }
    return CleanupOutcome(.done, detail: "\(strays.count) processes that the job had left behind were ended")
  }

  /// Measures the job's processes.
  public var sampler: (any Sampler)? {
    state.withLock { $0.child }.map { ProcessTreeSampler(root: $0.pid) }
  }
}

extension ProcessEnd {
  var inWords: String {
    switch self {
    case .exited(let code): "ended with code \(code)"
    case .signalled(let signal): "was ended by signal \(signal)"
    }
  }
}

extension StartFailure {
  /// A process that could not be started.
  init(_ error: SpawnError) {
    let kind: StartFailureKind =
      switch error.kind {
      case .programNotFound, .workingFolder: .notFound
      case .notExecutable: .notAllowed
      case .notAProgram, .tooLong: .badConfiguration
      case .exhausted: .tryAgain
      case .other: .unavailable
      }
    self.init(kind, error.message, hints: error.hints)
  }
}
