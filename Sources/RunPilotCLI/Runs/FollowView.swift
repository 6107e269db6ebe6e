import Basics
import ControlAPI
import Synchronization
import TerminalUI
import TrainingModel

/// Shows on standard error what an agent is busy with before the job runs, and what it has to say about the run.
final class FollowView: Sendable {
  /// Which of a run's notes are shown.
  enum Notes {
    case none
    /// Each once, and those not at all that were said before.
    case allBut([String])
  }

  private let world: World
  private let isQuiet: Bool
  private let line: Mutex<ProgressLine>
  private let start = ContinuousClock.now
  /// Nil when none are shown.
  private let saidNotes: Mutex<Set<String>?>

  init(world: World, quiet: Bool, notes: Notes) {
    self.world = world
    isQuiet = quiet
    saidNotes =
      switch notes {
      case .none: Mutex(nil)
      case .allBut(let said): Mutex(Set(said))
      }
    line = Mutex(ProgressLine(world.errors.facts))
  }

  func show(_ event: FollowEvent) {
    if isQuiet { return }
    switch event {
    case .progress(let progress): write { $0.show(Self.words(progress, world.errors.facts), at: (ContinuousClock.now - start).inSeconds) }
    case .record(let record):
      if record.status != .queued && record.status != .pending { clear() }
      sayNotes(of: record)
    }
  }

  /// What was said to be the reason of the end is said there.
  private func sayNotes(of record: RunRecord) {
    let new = saidNotes.withLock { said -> [String] in
      guard let before = said else { return [] }
      said = before.union(record.warnings)
      return record.warnings.filter { !before.contains($0) && record.detail?.contains($0) != true }
    }
    if new.isEmpty { return }
    clear()
    world.say(notes: new)
  }

  /// Makes room for other lines.
  func clear() { write { $0.clear() } }

  private func write(_ change: (inout ProgressLine) -> String) {
    line.withLock { line in
      let bytes = change(&line)
      if !bytes.isEmpty { try? world.errors.write(bytes) }
    }
  }

  /// "pulling image  ━━━━━─────  50%  120 MiB of 240 MiB  layer 3".
  static func words(_ progress: RunProgress, _ terminal: TerminalFacts) -> String {
    var words = [progress.phase]
    if let current = progress.current, let total = progress.total, total > 0 {
      words.append(ProgressLine.bar(Double(current) / Double(total), columns: 20, unicode: terminal.usesUnicode))
      words.append("\(ByteSize(bytes: current)) of \(ByteSize(bytes: total))")
    } else if let current = progress.current {
      words.append("\(ByteSize(bytes: current))")
    }
    if let detail = progress.detail { words.append(detail) }
    return words.joined(separator: "  ")
  }
}
