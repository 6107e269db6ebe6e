public import TrainingModel

/// Starts one job, stays with it, and leaves nothing of it behind. One value carries one job.
///
/// The agent calls, in this order: ``prepare(_:)``, ``start()``, ``wait()`` and, whatever happened before, ``cleanUp()`` once at the end.
/// ``signal(_:)`` may come from another task at any time after ``start()`` was entered. A stop during ``prepare(_:)`` or ``start()`` cancels
/// the calling task: throw then, with any failure, unless the job may have begun. One that has begun is seen through to its start, so that it
/// hears the signals that follow.
public protocol Executor: Sendable {
  /// Makes ready what the job needs: pulls an image, runs the `setup` commands (their output goes to the job's output).
  ///
  /// - Parameter report: what goes on, for people who wait; may be called often.
  /// - Throws: ``StartFailure``; the job then never started.
  func prepare(_ report: @escaping @Sendable (RunProgress) -> Void) async throws(StartFailure)

  /// Starts the job with its output going to the ``JobOutput`` the executor was made with.
  /// - Throws: ``StartFailure`` when nothing of the job ever ran.
  func start() async throws(StartFailure) -> StartedJob

  /// Waits for the job's main process to end, and until all output that the executor pushes itself was pushed.
  func wait() async -> JobEnd

  /// Sends a signal to the whole job. Does nothing when it is over.
  func signal(_ signal: Int32) async

  /// Removes what is left: stray processes, the container. Also after a failed start. Takes a few seconds at most.
  func cleanUp() async -> CleanupOutcome

  /// Measures the job while it runs, every few seconds; nil when there is nothing to measure.
  var sampler: (any Sampler)? { get }
}

/// What an executor is made from.
public struct ExecutionRequest: Sendable {
  /// What to run.
  public var job: AgentJob
  /// The run's folder on this machine.
  public var folder: RunFolder
  /// The values of `job.secretNames`: for the job's environment, and for nothing else.
  public var secrets: [String: String]
  /// The agent's own environment.
  public var callerEnvironment: [String: String]
  /// Where the job's output goes.
  public var output: JobOutput

  /// A request to run `job`.
  public init(job: AgentJob, folder: RunFolder, secrets: [String: String], callerEnvironment: [String: String], output: JobOutput) {
    self.job = job
    self.folder = folder
    self.secrets = secrets
    self.callerEnvironment = callerEnvironment
    self.output = output
  }
}

/// Makes the executor for a request; quick, and touches nothing yet. The agent's root holds one for each `ExecutorChoice.kind`.
public typealias ExecutorFactory = @Sendable (ExecutionRequest) throws(StartFailure) -> any Executor

/// What is known once a job has started.
public struct StartedJob: Sendable, Equatable {
  /// The process or container, as the executor calls it.
  public var id: String
  /// What the image was, exactly.
  public var imageDigest: String?
  /// The folder of this machine that is the job's working directory, from which outputs are kept; nil when it is none of ours.
  public var workingFolder: String?
  /// Versions worth recording, such as `engine`.
  public var versions: [String: String]
  /// What went less than well: limits that could not be enforced.
  public var warnings: [String]

  /// The facts of a started job.
  public init(
    id: String, imageDigest: String? = nil, workingFolder: String? = nil, versions: [String: String] = [:], warnings: [String] = []
  ) {
    self.id = id
    self.imageDigest = imageDigest
    self.workingFolder = workingFolder
    self.versions = versions
    self.warnings = warnings
  }
}

/// How a job's main process ended.
public enum JobEnd: Sendable, Equatable {
  /// By itself.
  case exited(code: Int32)
  /// By a signal, ours or another's.
  case signalled(Int32)
  /// The kernel ended it for want of memory; the text says how we know.
  case outOfMemory(String)
  /// It turned out never to have run, such as when `setup` failed inside a container.
  case neverStarted(StartFailure)
  /// The executor lost sight of it, such as when the engine went away.
  case lost(String)
}

/// Measures a job while it runs.
public protocol Sampler: Sendable {
  /// Values by series name, which begins with `sys.`; empty when nothing could be measured this time.
  func sample() async -> [String: Double]
}
