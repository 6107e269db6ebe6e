import Basics
import FoundationEssentials
import TerminalUI
import TrainingModel

/// The last line about a run that was followed to its end, and below it what its agent advises.
struct RunConclusion {
  let record: RunRecord
  let metrics: [String: Double]

  /// "rp_0001 success in 2m 31s · loss 0.023, acc 0.98 · runpilot show rp_0001".
  func text(_ terminal: TerminalFacts, now: Date) -> String {
    let painter = Painter(terminal)
    let status = RunWords.status(record.status, reason: record.reason, exitCode: record.exitCode, signal: record.signal)
    let duration = RunWords.duration(record.durationSeconds, startedAt: record.startedAt, isTerminal: true, now: now)
    let separator = terminal.usesUnicode ? " · " : " - "
    var line = "\(record.id) " + painter.paint(status.text, status.style) + (duration.isEmpty ? "" : " in \(duration)")
    let numbers = MetricChoice.first(4, of: metrics, declared: record.metrics).map {
      "\(Printable.line($0)) \(NumberText.short(metrics[$0] ?? 0))"
    }
    if !numbers.isEmpty { line += separator + numbers.joined(separator: ", ") }
    // What happened is said in full only when the status alone does not tell it.
    if let why = RunWords.why(record), record.detail != nil || record.reason == .lost { line += separator + Printable.line(why) }
    let hints = record.hints.map { "\n  " + painter.paint("hint:", .cyan) + " " + Printable.line($0) }.joined()
    return line + separator + "runpilot \(jobFailed ? "logs --tail 50" : "show") \(record.id)" + hints
  }

  /// Whether the job's own last words are what to read next.
  private var jobFailed: Bool {
    switch record.reason {
    case .exited, .signalled, .outOfMemory: record.status == .failed
    case .stopped, .maxDuration, .lost, .neverStarted, .recordingFailed, .interrupted, .idle, .budget, nil: false
    }
  }
}
