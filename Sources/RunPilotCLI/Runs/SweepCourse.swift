import CommandLineKit
import Synchronization
import TrainingModel

/// Where a sweep stands, for those who start its runs and for who stops them.
final class SweepCourse: Sendable {
  struct State {
    /// Runs that a Ctrl-C is to end.
    var alive: Set<RunID> = []
    var interrupts = 0
    /// The signal that was meant for this process alone: its runs go on.
    var left: Int32?
    /// How the process ends when a run could not be started: what stands in the way of one stands in the way of all.
    var refusal: ExitStatus?
  }

  let state = Mutex(State())

  var isStopped: Bool { state.withLock { $0.interrupts > 0 } }
  var leftBy: Int32? { state.withLock { $0.left } }
  var refusal: ExitStatus? { state.withLock { $0.refusal } }

  /// Whether further runs are started.
  var goesOn: Bool { state.withLock { $0.interrupts == 0 && $0.left == nil && $0.refusal == nil } }

  func refuse(_ status: ExitStatus) { state.withLock { $0.refusal = $0.refusal ?? status } }

  /// Runs that were started at once. Ctrl-C before that: who follows each asks it to end.
  func enlist(_ runs: [RunID]) { state.withLock { if $0.interrupts == 0 { $0.alive.formUnion(runs) } } }

  /// A run that is followed from here on.
  /// - Returns: whether it is still to be asked to end: Ctrl-C came while it was being started.
  func begin(_ run: RunID) -> Bool { state.withLock { $0.alive.insert(run).inserted && $0.interrupts > 0 } }

  func end(_ run: RunID) { state.withLock { _ = $0.alive.remove(run) } }

  /// - Returns: how often that was now, and whom it is for, the youngest first: what still waits for its turn does not get it meanwhile.
  func interrupt() -> (count: Int, alive: [RunID]) {
    state.withLock { state in
      state.interrupts += 1
      return (state.interrupts, state.alive.sorted { ($0.rawValue.count, $0.rawValue) > ($1.rawValue.count, $1.rawValue) })
    }
  }

  func leave(_ signal: Int32) { state.withLock { $0.left = signal } }
}
