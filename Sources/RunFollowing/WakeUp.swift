import Basics
import CSupport
import Glibc
import Subprocessing
import Synchronization
import TrainingModel

/// Sleeps until it is worth looking at a run folder again: until the run's agent has ended, until cancelled, or for a moment.
///
/// Changes in the folder are told at once where the kernel does that (``FolderChanges``), and so is the end of the agent, by its pidfd. A moment is otherwise
/// a tenth of the time in which nothing has happened, between a quarter of a millisecond and a twentieth of a second: looking that often disturbs a job that
/// has just begun, where all cores are busy with it.
final class WakeUp: Sendable {
  /// What ended a sleep.
  enum Reason {
    case moment
    case agentEnded
    case cancelled
  }

  private static let shortest = 250.0
  private static let longest = 50_000.0

  private struct State {
    var agent: Int32 = -1
    var hasEnded = false
    var lastActivity = ContinuousClock.now
  }
  private let state = Mutex(State())
  private let cancelReader: Int32
  private let cancelWriter: Int32

  init() throws(SystemError) {
    var ends: [Int32] = [-1, -1]
    guard rp_pipe_cloexec(&ends) == 0 else { throw SystemError("make", "a pipe") }
    (cancelReader, cancelWriter) = (ends[0], ends[1])
  }

  deinit {
    for descriptor in [state.withLock { $0.agent }, cancelReader, cancelWriter] where descriptor >= 0 { close(descriptor) }
  }

  /// Ends the present sleep and every later one at once.
  func cancel() {
    var byte: UInt8 = 1
    _ = write(cancelWriter, &byte, 1)
  }

  /// Watches for the end of a run's agent, once it is known which process that is.
  func watch(_ agent: AgentFacts) {
    state.withLock { state in
      guard state.agent < 0, !state.hasEnded else { return }
      let process = ProcessIdentity(pid: agent.pid, startTime: agent.startTime, bootID: agent.bootID)
      let descriptor = rp_pidfd_open(agent.pid)
      guard descriptor >= 0 else { return }
      // Opened first, then looked at: it is this process or it has ended.
      if process.isAlive { state.agent = descriptor } else { close(descriptor) }
    }
  }

  /// Sleeps for a moment, a short one when `active`, or until there is a change.
  func sleep(active: Bool, changes: borrowing FolderChanges) throws(SystemError) -> Reason {
    let (agent, idle) = state.withLock { state in
      if active { state.lastActivity = .now }
      return (state.agent, ContinuousClock.now - state.lastActivity)
    }
    let moment = changes.areTold ? Self.longest : max(Self.shortest, min(Self.longest, idle.inSeconds * 100_000))
    var sources = [agent, cancelReader, changes.notifier].map { pollfd(fd: $0, events: Int16(POLLIN), revents: 0) }
    guard rp_poll(&sources, sources.count, Int64(moment)) >= 0 || errno == EINTR else { throw SystemError("wait for", "changes") }
    if sources[1].revents != 0 { return .cancelled }
    if sources[2].revents != 0 { changes.take() }
    guard sources[0].revents != 0 else { return .moment }
    state.withLock { state in
      close(state.agent)
      (state.agent, state.hasEnded) = (-1, true)
    }
    return .agentEnded
  }
}
