public import Basics

/// Something wrong with the configuration that stands at no place of a file.
public struct ConfigurationError: ExitCoded, Equatable {
  /// What is wrong.
  public let message: String
  /// Ways to mend it.
  public let hints: [String]
  /// How the program ends: bad configuration unless said otherwise.
  public let exitCode: ExitCode

  /// An error about the configuration.
  public init(_ message: String, hints: [String] = [], exitCode: ExitCode = .configuration) {
    self.message = message
    self.hints = hints
    self.exitCode = exitCode
  }
}
