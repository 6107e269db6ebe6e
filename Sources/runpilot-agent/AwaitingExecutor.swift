import Basics
import FoundationEssentials
import RunAgent
import Subprocessing
import TrainingModel

/// An executor whose engine may still be starting: a machine that has just booted is not ready all at once.
struct AwaitingExecutor: Executor {
  /// The engine's socket.
  let engine: String
  /// What starts the engine where it does not start by itself.
  let starting: [String]
  let executor: any Executor

  func prepare(_ report: @escaping @Sendable (RunProgress) -> Void) async throws(StartFailure) {
    if !Files.exists(engine) {
      report(RunProgress(phase: "waiting for the container engine"))
      _ = try? await Command(starting, environment: ProcessInfo.processInfo.environment, deadline: .seconds(60)).run()
      for _ in 0..<300 where !Files.exists(engine) && !Task.isCancelled { try? await Task.sleep(for: .milliseconds(200)) }
    }
    try await executor.prepare(report)
  }

  func start() async throws(StartFailure) -> StartedJob { try await executor.start() }
  func wait() async -> JobEnd { await executor.wait() }
  func signal(_ signal: Int32) async { await executor.signal(signal) }
  func cleanUp() async -> CleanupOutcome { await executor.cleanUp() }
  var sampler: (any Sampler)? { executor.sampler }
}
