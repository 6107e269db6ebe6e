/// An error that says what went wrong in one line, and what the reader can do about it.
public protocol Hinted: Error, Sendable, CustomStringConvertible {
  /// What went wrong and where, without a trailing full stop.
  var message: String { get }
  /// Next steps, most useful first; commands in backticks can be pasted into a shell.
  var hints: [String] { get }
}

extension Hinted {
  /// No hint unless the error knows one.
  public var hints: [String] { [] }
  /// The message alone; hints are shown apart from it.
  public var description: String { message }
}

/// How the process ends when an error reaches the top (`docs/cli.md`, after sysexits.h).
public enum ExitCode: Int32, Sendable, CaseIterable {
  case ok = 0
  /// Done in part: something was skipped, is pending or could not be reached.
  case partial = 3
  /// The command line was wrong.
  case usage = 64
  /// An input file was wrong.
  case badInput = 65
  case notFound = 66
  /// A provider or what it stands on is not available.
  case unavailable = 69
  /// A defect of ours.
  case software = 70
  /// A file could not be written.
  case cannotCreate = 73
  /// The run was lost.
  case lost = 74
  case tryAgain = 75
  /// Not allowed: credentials, or a safety rule.
  case notAllowed = 77
  /// A configuration was wrong.
  case configuration = 78
  /// Maximum duration or budget reached.
  case limitReached = 124
  case interrupted = 130
}

/// An error that knows with which code the program should end.
public protocol ExitCoded: Hinted {
  /// The process's exit code when this error ends it.
  var exitCode: ExitCode { get }
}
