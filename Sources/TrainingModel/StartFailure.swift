public import Basics

/// What kept a job from starting, by the one who has to mend it.
public enum StartFailureKind: String, Sendable, Codable, CaseIterable {
  /// No such program, no such image, no such folder.
  case notFound = "not-found"
  /// It is there, but may not be used: permissions, credentials.
  case notAllowed = "not-allowed"
  /// The run asks for something that makes no sense here: a script without an interpreter, arguments too long, a mount that is none.
  case badConfiguration = "bad-configuration"
  /// A command under `setup` failed.
  case setupFailed = "setup-failed"
  /// The engine, or what it stands on, does not answer.
  case unavailable
  /// It may work in a while: out of processes, out of memory, a registry that is busy.
  case tryAgain = "try-again"

  /// How `runpilot run` ends on it.
  public var exitCode: ExitCode {
    switch self {
    case .notFound, .badConfiguration: .configuration
    case .notAllowed: .notAllowed
    case .setupFailed, .unavailable: .unavailable
    case .tryAgain: .tryAgain
    }
  }
}

/// A job that could not be started: why, and what to do.
public struct StartFailure: ExitCoded, Equatable {
  /// Who has to mend it.
  public let kind: StartFailureKind
  /// What was tried and what came back, in one line.
  public let message: String
  /// Next steps that can be pasted into a shell.
  public let hints: [String]

  /// A failure to start.
  public init(_ kind: StartFailureKind, _ message: String, hints: [String] = []) {
    self.kind = kind
    self.message = message
    self.hints = hints
  }

  /// As the kind says.
  public var exitCode: ExitCode { kind.exitCode }
}
