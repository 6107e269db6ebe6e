public import Basics
import Glibc

/// A process that could not be started: which program, where it was looked for, and what to do.
public struct SpawnError: ExitCoded, Equatable {
  /// What stood in the way.
  public enum Kind: Sendable, Equatable {
    /// No such program, or its interpreter is missing.
    case programNotFound
    /// It is there but may not be run.
    case notExecutable
    /// It is there but is no program for this machine.
    case notAProgram
    /// The working directory is missing or may not be entered.
    case workingFolder
    /// Arguments and environment together are longer than the kernel takes.
    case tooLong
    /// The system is out of processes, threads, descriptors or memory.
    case exhausted
    /// Anything else, by errno.
    case other(Int32)
  }
  /// What stood in the way.
  public let kind: Kind
  /// The program and the reason, in one line.
  public let message: String
  /// Next steps.
  public let hints: [String]

  /// An error.
  public init(_ kind: Kind, _ message: String, hints: [String] = []) {
    self.kind = kind
    self.message = message
    self.hints = hints
  }

  /// `configuration` for what the run file asks, `tryAgain` for an exhausted system.
  public var exitCode: ExitCode {
    switch kind {
    case .programNotFound, .notAProgram, .workingFolder, .tooLong: .configuration
    case .notExecutable: .notAllowed
    case .exhausted: .tryAgain
    case .other: .unavailable
    }
  }
}
