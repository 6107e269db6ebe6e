import Basics
import CSupport
import Glibc
import Subprocessing
import Synchronization
import TrainingModel

/// The thread that waits for what may happen to an agent from outside: wishes in its folder, signals, time; and reaps adopted orphans.
///
/// The folder is looked into every second, and at once on ``AgentCommand/signal``. Not by inotify(7): closing that would keep the agent, and its
/// lock, alive for 5 to 30 ms after the run is over.
final class WishWatch: Sendable {
  private struct State {
    var wake: Duration?
    var lastTick = Duration.zero
    var isOver = false
  }

  private let folder: RunFolder
  private let signals: Int32
  private let meaning: AgentStateMachine.Event
  private let clock: AgentClock
  private let bell: Bell
  private let state = Mutex(State())
  private let report: @Sendable (AgentStateMachine.Event) -> Void

  /// - Parameters:
  ///   - signals: the reading end of a pipe of signal numbers; -1 for none.
  ///   - meaning: what such a signal is.
  ///   - report: called on the watch's thread.
  init(
    folder: RunFolder, signals: Int32, meaning: AgentStateMachine.Event = .asked(.stop), clock: AgentClock,
    report: @escaping @Sendable (AgentStateMachine.Event) -> Void
  ) throws(SystemError) {
    self.folder = folder
    self.signals = signals
    self.meaning = meaning
    self.clock = clock
    self.report = report
    bell = try Bell()
  }

  /// Starts the thread.
  func start() throws(SystemError) {
    try BackgroundThread.start { self.watch() }
  }

  /// Sets when a tick is needed.
  func wake(at time: Duration?) {
    let changed = state.withLock { state in
      defer { state.wake = time }
      return state.wake != time
    }
    if changed { bell.ring() }
  }

  /// Ends the thread.
  func stop() {
    state.withLock { $0.isOver = true }
    bell.ring()
  }

  private func watch() {
    var told: Set<AgentCommand> = []
    while !state.withLock({ $0.isOver }) {
      // Looked at before waiting: a wish may be older than the watch.
      for command in AgentCommand.allCases where !told.contains(command) && Files.exists(folder.command(command)) {
        told.insert(command)
        report(.asked(command))
      }
      var sources = [signals, bell.descriptor].map { pollfd(fd: $0, events: Int16(POLLIN), revents: 0) }
      poll(&sources, nfds_t(sources.count), patience())
      if sources[0].revents != 0, readSignals().contains(where: { $0 != UInt8(AgentCommand.signal) }) { report(meaning) }
      if sources[1].revents != 0 { bell.answer() }
      if isDue() { report(.tick) }
      Child.reapOrphans()
    }
  }

  /// At most a second: orphans want reaping.
  private func patience() -> Int32 {
    let wake = state.withLock { $0.wake }
    let left = wake.map { ($0 - clock.elapsed).inSeconds } ?? 1
    return Int32(max(0, min(1, left)) * 1_000 + (left > 0 && left < 1 ? 1 : 0))
  }

  private func isDue() -> Bool {
    state.withLock { state in
      let now = clock.elapsed
      // Now and then in any case: a deadline comes nearer while the machine sleeps, and this clock does not see that.
      guard state.wake.map({ now >= $0 }) ?? false || now >= state.lastTick + .seconds(20) else { return false }
      // Told once; the machine sets the next.
      state.wake = nil
      state.lastTick = now
      return true
    }
  }

  private func readSignals() -> [UInt8] {
    var bytes = [UInt8](repeating: 0, count: 64)
    let count = read(signals, &bytes, bytes.count)
    return Array(bytes[0..<max(0, count)])
  }
}
