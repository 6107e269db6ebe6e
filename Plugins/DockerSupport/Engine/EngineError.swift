public import Basics

/// What the engine, or the way to it, refused: what was tried, what came back, what to do.
public struct EngineError: ExitCoded, Equatable {
  /// Who has to mend it.
  public enum Kind: Sendable, Equatable {
    /// The address or context that was configured makes no sense.
    case badSettings
    /// Nobody answers there.
    case unreachable
    /// The socket is there, and is not ours to use; or the engine wants credentials.
    case notAllowed
    /// What answers is no engine, or one that is too old.
    case notAnEngine
    /// No such image, here or in its registry.
    case imageNotFound
    /// The registry wants a login.
    case registryDenied
    /// The registry does not answer.
    case registryUnreachable
    case containerNotFound
    /// A name is taken, or the container is not in the right state.
    case conflict
    /// The request makes no sense to the engine: a mount that is none, a bad name.
    case invalidRequest
    /// The program does not exist in the image.
    case programNotFound
    /// The program is there and cannot be executed.
    case programNotExecutable
    /// The engine has no GPUs to give, or not these.
    case gpuUnavailable
    /// We gave up ourselves.
    case cancelled
    /// Anything else the engine said.
    case engineFault
  }

  /// Who has to mend it.
  public let kind: Kind
  /// In one line.
  public let message: String
  /// Next steps.
  public let hints: [String]
  /// The HTTP status; nil when there was no answer.
  public let status: Int?
  /// Whether the engine may have done what it was asked to.
  public let mayHaveHappened: Bool

  /// An error.
  public init(_ kind: Kind, _ message: String, hints: [String] = [], status: Int? = nil, mayHaveHappened: Bool = false) {
    self.kind = kind
    self.message = message
    self.hints = hints
    self.status = status
    self.mayHaveHappened = mayHaveHappened
  }

  /// As `docs/cli.md` groups failures.
  public var exitCode: ExitCode {
    switch kind {
    case .badSettings, .imageNotFound, .invalidRequest, .programNotFound, .containerNotFound: .configuration
    case .notAllowed, .registryDenied, .programNotExecutable: .notAllowed
    case .conflict: .tryAgain
    case .cancelled: .interrupted
    case .unreachable, .notAnEngine, .registryUnreachable, .gpuUnavailable, .engineFault: .unavailable
    }
  }
}
