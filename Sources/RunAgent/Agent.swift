import Basics
import FoundationEssentials
import Glibc
import Subprocessing
public import TrainingModel

/// Carries one run from its start to its end: starts the job, records what it writes, ends it when it must end.
///
/// Decisions are ``AgentStateMachine``'s; here is only what it takes to carry them out.
public enum Agent {
  /// Runs the job of a run folder. Returns when the record is closed and nothing of the job is left.
  /// - Throws: when the folder holds no job, or its log cannot be written; the record is then closed as far as that is possible.
  public static func run(_ setup: AgentSetup) async throws -> RunRecord {
    let job = try JSON.decode(AgentJob.self, from: try Files.read(setup.folder.job))
    let keeper = RecordKeeper(try JSON.decode(RunRecord.self, from: try Files.read(setup.folder.record)), folder: setup.folder)
    keeper.note { record in
      record.versions["agent"] = setup.version
      record.agent = ProcessIdentity.of(getpid()).map { AgentFacts(pid: $0.pid, startTime: $0.startTime, bootID: $0.bootID) }
    }
    keeper.makeReserve()
    let mask = SecretMask(job.secretNames.compactMap { setup.secrets[$0] })
    do {
      let (output, pump) = try startPump(setup, job, mask)
      let request = ExecutionRequest(
        job: job, folder: setup.folder, secrets: setup.secrets, callerEnvironment: setup.environment, output: output)
      let executor = try makeExecutor(request, setup.executors)
      let carrier = try JobCarrier(setup: setup, job: job, keeper: keeper, executor: executor, output: output, pump: pump, mask: mask)
      await carrier.carry()
    } catch {
      closeUnstarted(keeper, error, setup)
    }
    keeper.dropReserve()
    return keeper.record
  }

  private static func startPump(_ setup: AgentSetup, _ job: AgentJob, _ mask: SecretMask?) throws(SystemError) -> (JobOutput, OutputPump) {
    let (reader, output) = try JobOutput.makePipe()
    let metrics = MetricsRecorder(path: setup.folder.metrics, runID: job.id.rawValue, tags: job.tags, clock: setup.clock)
    let pump = try OutputPump(reader: reader, metrics: metrics)
    try pump.start(path: setup.folder.logs, mask: mask, clock: setup.clock, echo: setup.echo)
    return (output, pump)
  }

  private static func makeExecutor(_ request: ExecutionRequest, _ factories: [String: ExecutorFactory]) throws(StartFailure) -> any Executor
  {
    guard let factory = factories[request.job.executor.kind] else {
      let known = factories.keys.sorted().joined(separator: ", ")
      throw StartFailure(.badConfiguration, "this agent has no executor '\(request.job.executor.kind)' (it has: \(known))")
    }
    return try factory(request)
  }

  private static func closeUnstarted(_ keeper: RecordKeeper, _ error: any Error, _ setup: AgentSetup) {
    let failure = error as? StartFailure ?? StartFailure(.unavailable, "\(error)", hints: (error as? any Hinted)?.hints ?? [])
    setup.log("the job was not started: \(failure.message)")
    do throws(SystemError) {
      try keeper.write { record in
        record.close(RunClosing(end: .neverStarted(failure), cause: nil, loss: nil), at: setup.clock.now, duration: nil)
      }
    } catch {
      setup.log(error.message)
    }
  }
}

extension RunRecord {
  /// Enters how a run ended.
  mutating func close(_ closing: RunClosing, at time: Date, duration: Duration?) {
    status = closing.status
    reason = closing.reason
    detail = closing.detail
    exitCode = closing.exitCode
    signal = closing.signal
    startFailure = closing.startFailure?.kind
    hints = closing.startFailure?.hints ?? hints
    warnings += closing.warnings
    finishedAt = time
    durationSeconds = duration?.inSeconds
  }
}
