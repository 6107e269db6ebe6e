import Basics
import FoundationEssentials
import Subprocessing
import Synchronization
import TrainingModel

/// Does what the ``AgentStateMachine`` says: one loop that takes events, tasks that produce them.
final class JobCarrier: Sendable {
  typealias Event = AgentStateMachine.Event

  /// When the job ran.
  private struct Times {
    var startedAt: Date?
    var started: Duration?
    var ended: Duration?
    var endedAt: Date?
  }

  private let setup: AgentSetup
  private let job: AgentJob
  private let keeper: RecordKeeper
  private let executor: any Executor
  private let output: JobOutput
  private let pump: OutputPump
  private let mask: SecretMask?
  private let progress: ProgressWriter
  private let events: AsyncStream<Event>
  private let post: AsyncStream<Event>.Continuation
  private let watch: WishWatch
  private let times = Mutex(Times())
  private let outputFolder = Mutex<String?>(nil)
  private let facts = Mutex<Task<Void, Never>?>(nil)
  private var clock: AgentClock { setup.clock }

  init(
    setup: AgentSetup, job: AgentJob, keeper: RecordKeeper, executor: any Executor, output: JobOutput, pump: OutputPump, mask: SecretMask?
  ) throws(SystemError) {
    self.setup = setup
    self.job = job
    self.keeper = keeper
    self.executor = executor
    self.output = output
    self.pump = pump
    self.mask = mask
    progress = ProgressWriter(path: setup.folder.progress, clock: setup.clock)
    let (events, post) = AsyncStream.makeStream(of: Event.self)
    (self.events, self.post) = (events, post)
    let meaning = setup.signalsInterrupt.map { Event.interrupted(left: nil, $0) } ?? .asked(.stop)
    watch = try WishWatch(folder: setup.folder, signals: setup.signals, meaning: meaning, clock: setup.clock) { post.yield($0) }
    try watch.start()
  }

  private var limits: AgentStateMachine.Limits {
    AgentStateMachine.Limits(
      maxDuration: job.maxDurationSeconds.map { .seconds($0) },
      deadline: job.deadline.map { .seconds($0.timeIntervalSince(clock.now)) },
      budget: setup.budgetEnd.map { .seconds($0.timeIntervalSince(clock.now)) }, stopGrace: .seconds(job.stopGraceSeconds))
  }

  /// Carries the job to its end.
  func carry() async {
    var machine = AgentStateMachine(limits: limits)
    let starting = Task { await start() }
    // Not in the group: a job that hangs in the kernel may never end, and its run must be closed all the same.
    let life = Task { await live(starting) }
    await withTaskGroup { group in
      group.addTask { await self.listenForInterruption() }
      for await event in events {
        for action in machine.handle(event, at: clock.moment) { perform(action, starting, &group) }
        if machine.state == .finished { break }
        watch.wake(at: machine.nextWake(at: clock.moment))
      }
      watch.stop()
      group.cancelAll()
    }
    if keeper.record.reason != .lost { await life.value }
  }

  private func perform(_ action: AgentStateMachine.Action, _ starting: Task<StartFailure?, Never>, _ group: inout TaskGroup<Void>) {
    switch action {
    case .recordStart:
      recordStart()
      let facts = Task { await gatherFacts() }
      self.facts.withLock { $0 = facts }
      group.addTask { await self.sample() }
    case .cancelStart: starting.cancel()
    case .signal(let signal): group.addTask { await self.executor.signal(signal) }
    case .leave:
      times.withLock { ($0.ended, $0.endedAt) = (clock.elapsed, clock.now) }
      group.addTask { await self.leave() }
    case .close(let closing): close(closing)
    }
  }

  // MARK: the job's life

  /// - Returns: what kept the job from starting; nil when it runs.
  private func start() async -> StartFailure? {
    do throws(StartFailure) {
      if job.executor.kind != ExecutorChoice.process.kind || !job.setup.isEmpty {
        write { $0.status = .pending }
      }
      let progress = progress
      try await executor.prepare { progress.report($0) }
      let started = try await executor.start()
      times.withLock { ($0.started, $0.startedAt) = (clock.elapsed, clock.now) }
      keeper.note { record in
        record.executorID = started.id
        record.imageDigest = started.imageDigest
        record.versions.merge(started.versions) { _, new in new }
        record.warnings += started.warnings
        record.workdir = record.workdir ?? started.workingFolder
      }
      outputFolder.withLock { $0 = started.workingFolder }
      return nil
    } catch {
      return error
    }
  }

  private func live(_ starting: Task<StartFailure?, Never>) async {
    if let failure = await starting.value {
      post.yield(.startFailed(failure))
      return
    }
    post.yield(.started)
    let end = await executor.wait()
    if setup.signalsInterrupt != nil, end != .exited(code: 0) {
      // Whoever cuts jobs off tells job and agent at once, and either may be the quicker one.
      try? await Task.sleep(for: Self.signalDelay)
    }
    post.yield(.ended(end))
  }

  /// How long a signal to the agent may be behind the same one to the job.
  private static let signalDelay: Duration = .seconds(2)

  private func recordStart() {
    write { record in
      record.status = .running
      record.startedAt = times.withLock { $0.startedAt }
    }
    progress.remove()
  }

  /// Measures until the group is cancelled or the job has ended.
  private func sample() async {
    guard executor.sampler != nil || setup.machineSampler != nil else { return }
    var idle = IdleWatch(limit: setup.idleLimit, at: clock.elapsed)
    while (try? await Task.sleep(for: .seconds(5))) != nil, times.withLock({ $0.ended == nil }) {
      async let machine = setup.machineSampler?.sample() ?? [:]
      let values = await executor.sampler?.sample() ?? [:]
      let all = await machine.merging(values) { _, job in job }
      pump.metrics.add(all)
      let log = (try? Files.size(setup.folder.logs)) ?? 0
      if idle.isOver(logBytes: log, usage: all, at: clock.elapsed) { post.yield(.idle) }
    }
  }

  /// Waits for the owner of the machine to take it away.
  private func listenForInterruption() async {
    guard let notice = await setup.interruption?.notice() else { return }
    let left = notice.at.map { Duration.seconds($0.timeIntervalSince(clock.now)) }
    let when = notice.at.map { " at \(Timestamp.format($0))" } ?? ""
    post.yield(.interrupted(left: left, "\(notice.detail)\(when)"))
  }

  /// What is asked beside the running job, and never delays it.
  private func gatherFacts() async {
    let environment = setup.environment.merging(job.environment) { _, own in own }
    async let python = PythonVersion.of(job.command, environment: environment, folder: job.workdir)
    let finding = await GitSnapshot(project: job.projectFolder, environment: setup.environment, mask: mask).take()
    var warnings = finding.warnings
    if let patch = finding.patch {
      do throws(SystemError) { try Files.writeAtomically(patch, to: setup.folder.patch) } catch { warnings.append(error.message) }
    }
    let version = await python
    keeper.note { record in
      record.git = finding.state ?? record.git
      record.warnings += warnings
      if let version { record.versions["python"] = version }
    }
  }

  // MARK: the end

  private func leave() async {
    output.close()
    let cleanup = await executor.cleanUp()
    let summary = await pump.finish()
    var warnings = summary.warnings
    if let folder = outputFolder.withLock({ $0 }), !job.outputs.isEmpty {
      warnings += OutputKeeper.keep(job.outputs, from: folder, to: setup.folder.outputs)
    }
    keeper.note { record in
      record.cleanup = cleanup
      record.warnings += warnings
    }
    await facts.withLock { $0 }?.value
    post.yield(.left(loss: summary.loss))
  }

  private func close(_ closing: RunClosing) {
    let times = times.withLock { $0 }
    let duration = times.started.flatMap { started in times.ended.map { $0 - started } }
    write { $0.close(closing, at: times.endedAt ?? clock.now, duration: duration) }
    progress.remove()
  }

  private func write(_ change: (inout RunRecord) -> Void) {
    do throws(SystemError) { try keeper.write(change) } catch { setup.log(error.message) }
  }
}
