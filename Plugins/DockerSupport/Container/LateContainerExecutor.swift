import Basics
public import RunAgent
import Synchronization
public import TrainingModel

/// Runs a job in a container of an engine that may still be starting, and whose version nobody has asked yet: a machine that has just booted.
///
/// Its options name no API version. Once the engine answers, all else is ``ContainerExecutor``'s.
public final class LateContainerExecutor: Executor {
  /// How long an engine may take to answer after its machine's boot.
  static let patience = Duration.seconds(300)

  private let request: ExecutionRequest
  private let options: ContainerOptions
  private let patience: Duration
  private let inner = Mutex<ContainerExecutor?>(nil)

  /// An executor for one job; contacts nothing yet.
  /// - Throws: ``StartFailure`` when the job's options are not ours.
  public convenience init(_ request: ExecutionRequest) throws(StartFailure) { try self.init(request, patience: Self.patience) }

  init(_ request: ExecutionRequest, patience: Duration) throws(StartFailure) {
    guard let options = try? ContainerOptions(request.job.executor) else {
      throw StartFailure(.badConfiguration, "the agent does not understand how the container was described")
    }
    self.request = request
    self.options = options
    self.patience = patience
  }

  /// Whether a job waits for its engine in this way.
  public static func isMeant(_ job: AgentJob) -> Bool { (try? ContainerOptions(job.executor))?.apiVersion.isEmpty ?? false }

  /// Waits for the engine, then creates the container.
  public func prepare(_ report: @escaping @Sendable (RunProgress) -> Void) async throws(StartFailure) {
    let client = try await connect(report)
    var known = options
    known.apiVersion = "\(client.version)"
    known.engineVersion = client.serverName
    var request = request
    request.job.executor = known.choice()
    let executor = try ContainerExecutor(request)
    inner.withLock { $0 = executor }
    try await executor.prepare(report)
  }

  private func connect(_ report: @Sendable (RunProgress) -> Void) async throws(StartFailure) -> EngineClient {
    let giveUp = ContinuousClock.now + patience
    var hasSaid = false
    while true {
      do throws(EngineError) { return try await EngineClient.connect(options.engine, environment: request.callerEnvironment) } catch {
        guard ContinuousClock.now < giveUp, !Task.isCancelled else { throw StartFailure(error) }
      }
      if !hasSaid { report(RunProgress(phase: "waiting for the container engine")) }
      hasSaid = true
      try? await Task.sleep(for: .seconds(1))
    }
  }

  private var executor: ContainerExecutor? { inner.withLock { $0 } }

  /// Starts the container.
  public func start() async throws(StartFailure) -> StartedJob {
    guard let executor else { throw StartFailure(.unavailable, "the container was never created") }
    return try await executor.start()
  }

  /// Waits for the container's end.
  public func wait() async -> JobEnd { await executor?.wait() ?? .lost("the container was never started") }
  /// Signals the container's first process.
  public func signal(_ signal: Int32) async { await executor?.signal(signal) }
  /// Removes the container.
  public func cleanUp() async -> CleanupOutcome { await executor?.cleanUp() ?? CleanupOutcome(.done) }
  /// Measures the container.
  public var sampler: (any Sampler)? { executor?.sampler }
}
