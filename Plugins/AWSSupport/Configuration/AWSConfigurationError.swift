public import Basics

/// Files or settings for AWS that make no sense: what, where, and how to mend it.
public struct AWSConfigurationError: ExitCoded, Equatable {
  /// What is wrong and where, in one line; never a secret.
  public let message: String
  /// Next steps.
  public let hints: [String]

  /// An error.
  public init(_ message: String, hints: [String] = []) {
    self.message = message
    self.hints = hints
  }

  /// `configuration`.
  public var exitCode: ExitCode { .configuration }
}
