import Glibc
import Subprocessing
import TrainingModel

/// What an agent does with a job from its start to its end. Pure: events and the time in, actions out.
///
/// ```
/// starting ── started ──▶ running ── limit, stop ──▶ ending ──▶ (next step, by time)
///    │                       │                         │
///    └── startFailed ──┐     └────── ended ──────┐     └── ended, or nothing helped ──┐
///                      ▼                         ▼                                    ▼
///                   leaving ◀────────────────────┴────────────────────────────────────┘
///                      └── left ──▶ finished
/// ```
struct AgentStateMachine {
  enum Event: Sendable, Equatable {
    case started
    case startFailed(StartFailure)
    /// The job's main process has ended.
    case ended(JobEnd)
    /// The home asks, or a signal to the agent did.
    case asked(AgentCommand)
    /// The machine will be taken away in this time.
    case interrupted(left: Duration?, String)
    /// Nothing has happened for too long.
    case idle
    /// Nothing of the job is left, and its output is recorded; with what could not be.
    case left(loss: String?)
    /// Time has passed.
    case tick
  }

  enum Action: Sendable, Equatable {
    /// Record that the job runs.
    case recordStart
    /// The job is not wanted any more before it began.
    case cancelStart
    /// Send a signal to the whole job.
    case signal(Int32)
    /// End what is left of the job, and drain its output.
    case leave
    /// Close the record.
    case close(RunClosing)
  }

  /// Why we end the job.
  enum Cause: Sendable, Equatable {
    case stopped
    case maxDuration
    case budget
    case idle
    case interrupted(String)
  }

  enum State: Sendable, Equatable {
    case starting
    case running
    /// Signals are sent, step after step; `next` is when the current step has had its time.
    case ending(step: Int, next: Duration)
    case leaving
    case finished
  }

  private(set) var state = State.starting
  private(set) var cause: Cause?
  private var end: JobEnd?
  private var steps: [TeardownStep] = []
  /// When the job has had its longest time.
  private var longestAt: Duration?
  private var startLimit: Duration?
  private let limits: Limits

  /// The job's limits, in the agent's own time.
  struct Limits: Sendable, Equatable {
    /// Longest time from the job's start.
    var maxDuration: Duration?
    /// Time from the agent's start to the run's deadline, whether or not the machine sleeps.
    var deadline: Duration?
    /// Time from the agent's start until the run's money is spent, whether or not the machine sleeps.
    var budget: Duration?
    /// What is kept of the time before the machine is taken away, to bring away what the job saved.
    var saving: Duration = .seconds(40)
    /// Between the polite signal and the next.
    var stopGrace: Duration
    /// How long a start that is not wanted any more may take to give up.
    var startGrace: Duration = .seconds(30)
  }

  init(limits: Limits) {
    self.limits = limits
  }

  /// When a ``Event/tick`` is needed, in time awake; nil when none is.
  func nextWake(at now: AgentMoment) -> Duration? {
    let ends = [limits.deadline, limits.budget].compactMap { $0 }.map { now.awake + ($0 - now.real) }
    return switch state {
    case .starting: cause == nil ? ends.min() : startLimit
    case .running: ([longestAt].compactMap { $0 } + ends).min()
    case .ending(_, let next): next
    case .leaving, .finished: nil
    }
  }

  /// The limit that was reached; nil when none was.
  private func limitReached(_ now: AgentMoment) -> Cause? {
    if longestAt.map({ now.awake >= $0 }) ?? false || limits.deadline.map({ now.real >= $0 }) ?? false { return .maxDuration }
    return limits.budget.map { now.real >= $0 } ?? false ? .budget : nil
  }

  /// Takes an event that happened at `now`.
  mutating func handle(_ event: Event, at now: AgentMoment) -> [Action] {
    switch (state, event) {
    case (.finished, _): return []
    case (.starting, .started): return started(at: now)
    case (.starting, .startFailed(let failure)): return leave(.neverStarted(failure))
    case (.running, .ended(let end)), (.ending, .ended(let end)), (.starting, .ended(let end)): return leave(end)
    case (_, .asked(let command)): return asked(command, at: now)
    case (_, .tick): return tick(at: now)
    case (_, .interrupted(let left, let detail)): return interrupted(left, detail, at: now)
    case (.running, .idle):
      cause = .idle
      return begin(TeardownStep.polite(grace: limits.stopGrace), at: now)
    case (.leaving, .left(let loss)):
      state = .finished
      return [.close(RunClosing(end: end ?? .lost("its end was not seen"), cause: cause, loss: loss))]
    case (_, .started), (_, .startFailed), (.leaving, .ended), (_, .left), (_, .idle): return []
    }
  }

  private mutating func started(at now: AgentMoment) -> [Action] {
    state = .running
    longestAt = limits.maxDuration.map { now.awake + $0 }
    // Asked to stop while it started: it has to hear it now.
    guard cause == nil else { return [.recordStart] + begin(steps, at: now) }
    return [.recordStart]
  }

  private mutating func leave(_ end: JobEnd) -> [Action] {
    self.end = end
    state = .leaving
    return [.leave]
  }

  private mutating func asked(_ command: AgentCommand, at now: AgentMoment) -> [Action] {
    let wanted = command == .kill ? TeardownStep.kill : TeardownStep.polite(grace: limits.stopGrace)
    switch state {
    case .starting:
      if cause == nil || command == .kill { steps = wanted }
      return abandonStart(.stopped, at: now)
    case .running:
      cause = .stopped
      return begin(wanted, at: now)
    case .ending:
      // A second polite wish changes nothing; an impolite one does not wait.
      return command == .kill ? begin(wanted, at: now) : []
    case .leaving, .finished: return []
    }
  }

  /// The owner of the machine does not ask: SIGTERM at once, and what time there is but for saving.
  private mutating func interrupted(_ left: Duration?, _ detail: String, at now: AgentMoment) -> [Action] {
    let grace = max(.seconds(5), (left ?? .seconds(120)) - limits.saving)
    let wanted = [TeardownStep(SIGTERM, wait: grace), TeardownStep(SIGKILL, wait: .seconds(5))]
    switch state {
    case .starting:
      if cause == nil { steps = wanted }
      return abandonStart(.interrupted(detail), at: now)
    case .running:
      cause = .interrupted(detail)
      return begin(wanted, at: now)
    case .ending(_, let next):
      // It is ending for another reason already, and has less time for it now.
      return next > now.awake + grace ? begin(wanted, at: now) : []
    case .leaving, .finished: return []
    }
  }

  private mutating func tick(at now: AgentMoment) -> [Action] {
    switch state {
    case .starting:
      if let startLimit, now.awake >= startLimit {
        return leave(.neverStarted(StartFailure(.tryAgain, "the start was given up, and did not end in \(limits.startGrace.inWords)")))
      }
      guard let limit = limitReached(now), cause == nil else { return [] }
      steps = TeardownStep.polite(grace: limits.stopGrace)
      return abandonStart(limit, at: now)
    case .running:
      guard let limit = limitReached(now) else { return [] }
      cause = limit
      return begin(TeardownStep.polite(grace: limits.stopGrace), at: now)
    case .ending(let step, let next): return now.awake >= next ? advance(from: step, at: now) : []
    case .leaving, .finished: return []
    }
  }

  private mutating func abandonStart(_ why: Cause, at now: AgentMoment) -> [Action] {
    guard cause == nil else { return [] }
    cause = why
    startLimit = now.awake + limits.startGrace
    return [.cancelStart]
  }

  private mutating func begin(_ steps: [TeardownStep], at now: AgentMoment) -> [Action] {
    self.steps = steps
    return advance(from: -1, at: now)
  }

  private mutating func advance(from step: Int, at now: AgentMoment) -> [Action] {
    let next = step + 1
    guard next < steps.count else {
      return leave(.lost("it did not end, even after SIGKILL: it may hang in the kernel, waiting for a disk"))
    }
    state = .ending(step: next, next: now.awake + steps[next].wait)
    return [.signal(steps[next].signal)]
  }
}

extension Duration {
  fileprivate var inWords: String { "\(components.seconds) s" }
}
