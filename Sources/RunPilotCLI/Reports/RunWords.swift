import Basics
import CommandLineKit
import FoundationEssentials
import Glibc
import TerminalUI
import TrainingModel

/// How a run stands, in a word or two, and how the process that followed it ends.
enum RunWords {
  /// "running", "failed (exit 3)", "failed (lost)", "cancelled".
  static func status(_ status: RunStatus, reason: RunReason?, exitCode: Int32?, signal: Int32? = nil) -> Cell {
    Cell(status.rawValue + (note(status, reason, exitCode, signal).map { " (\($0))" } ?? ""), style(status))
  }

  static func style(_ status: RunStatus) -> Style? {
    switch status {
    case .queued, .pending: .blue
    case .running: .cyan
    case .success: .green
    case .failed: .red
    case .cancelled: .yellow
    }
  }

  private static func note(_ status: RunStatus, _ reason: RunReason?, _ exitCode: Int32?, _ signal: Int32?) -> String? {
    switch reason {
    case .exited: status == .failed ? exitCode.map { "exit \($0)" } : nil
    case .signalled: signal.map { signalNames[$0].map { "SIG\($0)" } ?? "signal \($0)" } ?? "signal"
    case .outOfMemory: "out of memory"
    case .maxDuration: "max duration"
    case .lost: "lost"
    case .neverStarted: "never started"
    case .recordingFailed: "not recorded"
    case .interrupted: "interrupted"
    case .idle: "idle"
    case .budget: "budget"
    case .stopped, nil: nil
    }
  }

  /// Why the run ended, as a sentence; nil for a run that lives or went well.
  static func why(_ record: RunRecord) -> String? {
    let sentence: String? =
      switch record.reason {
      case .exited: record.status == .failed ? "the job exited with code \(record.exitCode ?? 0)" : nil
      case .signalled: "the job was ended by \(record.signal.map(signalName) ?? "a signal") that runpilot did not send"
      case .stopped: "stopped on request"
      case .maxDuration: "the maximum duration was reached"
      case .outOfMemory: "the job ran out of memory"
      case .lost: "its agent died before the job's end was known"
      case .neverStarted: "the job could not be started"
      case .recordingFailed: "what the job wrote could not all be recorded"
      case .interrupted: "the machine was taken away"
      case .idle: "nothing happened for too long"
      case .budget: "the budget was spent"
      case nil: nil
      }
    guard let detail = record.detail, !detail.isEmpty else { return sentence }
    return sentence.map { "\($0): \(detail)" } ?? detail
  }

  /// `SIGKILL (9)`.
  static func signalName(_ number: Int32) -> String {
    guard let abbreviation = signalNames[number] else { return "signal \(number)" }
    return "SIG\(abbreviation) (\(number))"
  }

  private static let signalNames: [Int32: String] = [
    SIGHUP: "HUP", SIGINT: "INT", SIGQUIT: "QUIT", SIGILL: "ILL", SIGTRAP: "TRAP", SIGABRT: "ABRT", SIGBUS: "BUS", SIGFPE: "FPE",
    SIGKILL: "KILL",
    SIGUSR1: "USR1", SIGSEGV: "SEGV", SIGUSR2: "USR2", SIGPIPE: "PIPE", SIGALRM: "ALRM", SIGTERM: "TERM", SIGXCPU: "XCPU", SIGXFSZ: "XFSZ",
  ]

  /// How a command that followed `record` to its end should end.
  static func exitStatus(_ record: RunRecord) -> ExitStatus {
    switch record.reason {
    case .exited: ExitStatus(code: record.exitCode ?? 0)
    case .signalled: ExitStatus(code: 128 + (record.signal ?? 0))
    case .stopped: ExitStatus(.interrupted)
    case .maxDuration, .idle, .budget: ExitStatus(.limitReached)
    case .outOfMemory: ExitStatus(code: record.exitCode ?? 128 + (record.signal ?? SIGKILL))
    case .lost, .interrupted: ExitStatus(.lost)
    case .neverStarted: ExitStatus(record.startFailure?.exitCode ?? .configuration)
    case .recordingFailed: ExitStatus(code: record.exitCode.flatMap { $0 == 0 ? nil : $0 } ?? ExitCode.cannotCreate.rawValue)
    case nil: record.status == .success ? .ok : ExitStatus(.software)
    }
  }

  /// "2m 31s"; for a run that lives, until now.
  static func duration(_ seconds: Double?, startedAt: Date?, isTerminal: Bool, now: Date) -> String {
    if let seconds { return TimeSpan.format(.milliseconds(Int64(max(0, min(seconds, 1e12)) * 1000))) }
    guard let startedAt, !isTerminal else { return "" }
    return TimeSpan.format(.milliseconds(Int64(max(0, min(now.timeIntervalSince(startedAt), 1e12)) * 1000)))
  }

  /// A command line as a shell would read it.
  static func commandLine(_ words: [String]) -> String {
    words.map { word in
      let isPlain =
        !word.isEmpty
        && word.unicodeScalars.allSatisfy {
          $0.properties.isAlphabetic || $0.properties.numericType != nil || "@%+=:,./-_".unicodeScalars.contains($0)
        }
      return isPlain ? word : "'" + word.split(separator: "'", omittingEmptySubsequences: false).joined(separator: "'\\''") + "'"
    }.joined(separator: " ")
  }

  /// "epochs=5 lr=0.1".
  static func params(_ params: [String: JSONValue]) -> String {
    params.keys.sorted().map { "\($0)=\(params[$0]?.plainText ?? "")" }.joined(separator: " ")
  }
}
