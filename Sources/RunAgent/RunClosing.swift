import Subprocessing
import TrainingModel

/// What a run's record says at its end, from how the job ended and why we ended it. Pure.
struct RunClosing: Sendable, Equatable {
  var status: RunStatus
  var reason: RunReason
  var detail: String?
  var exitCode: Int32?
  var signal: Int32?
  var startFailure: StartFailure?
  var warnings: [String] = []

  /// - Parameters:
  ///   - end: how the job's main process ended.
  ///   - cause: why we ended it; nil when we did not.
  ///   - loss: what of the output could not be recorded.
  init(end: JobEnd, cause: AgentStateMachine.Cause?, loss: String?) {
    switch end {
    case .exited(let code):
      (status, reason, exitCode) = (code == 0 ? .success : .failed, .exited, code)
    case .signalled(let number):
      (status, reason, signal) = (.failed, .signalled, number)
    case .outOfMemory(let evidence):
      // The kernel ends a process for memory with SIGKILL, always.
      (status, reason, detail, signal) = (.failed, .outOfMemory, evidence, 9)
    case .neverStarted(let failure):
      (status, reason, detail, startFailure) = (.failed, .neverStarted, failure.message, failure)
    case .lost(let explanation):
      (status, reason, detail) = (.failed, .lost, explanation)
    }
    apply(cause)
    apply(loss: loss)
  }

  /// A job that we ended has our reason, whatever it made of our signals.
  private mutating func apply(_ cause: AgentStateMachine.Cause?) {
    switch cause {
    case .stopped: (status, reason) = (.cancelled, .stopped)
    case .maxDuration: (status, reason) = (.failed, .maxDuration)
    case .budget: (status, reason) = (.failed, .budget)
    case .idle: (status, reason) = (.failed, .idle)
    case .interrupted(let words): (status, reason, detail) = (.failed, .interrupted, words)
    case nil: return
    }
    if startFailure != nil { detail = [detail(of: cause), "before the job had started"].compactMap { $0 }.joined(separator: ", ") }
    startFailure = nil
  }

  private func detail(of cause: AgentStateMachine.Cause?) -> String? {
    if case .interrupted(let words) = cause { words } else { nil }
  }

  private mutating func apply(loss: String?) {
    guard let loss else { return }
    warnings.append(loss)
    guard status == .success else { return }
    (status, reason, detail) = (.failed, .recordingFailed, loss)
  }
}
