import Basics
import Synchronization
import TrainingModel

/// Keeps `progress.json`: every new phase at once, other changes ten times a second at most.
final class ProgressWriter: Sendable {
  private struct State {
    var phase: String?
    var nextWrite = Duration.zero
  }
  private let path: String
  private let clock: AgentClock
  private let state = Mutex(State())

  init(path: String, clock: AgentClock) {
    self.path = path
    self.clock = clock
  }

  func report(_ progress: RunProgress) {
    state.withLock { state in
      let now = clock.elapsed
      guard progress.phase != state.phase || now >= state.nextWrite else { return }
      state.phase = progress.phase
      state.nextWrite = now + .milliseconds(100)
      // Only shown to people who wait; a full disk is said elsewhere.
      guard let bytes = try? JSON.encode(progress, compact: true) else { return }
      try? Files.writeAtomically(bytes, to: path)
    }
  }

  /// The job runs: there is nothing to wait for any more.
  func remove() { try? Files.remove(path) }
}
