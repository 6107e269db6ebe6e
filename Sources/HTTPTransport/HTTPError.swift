public import Basics

/// An exchange that came to no answer, or to none that can be read. An answer with an error status is no error here.
public struct HTTPError: ExitCoded, Equatable {
  /// What went wrong.
  public enum Kind: Sendable, Equatable {
    /// The socket's file is not there.
    case socketMissing
    /// Nobody listens.
    case refused
    /// The system does not let us connect: permissions of the socket.
    case notAllowed
    /// The host's name is not known.
    case nameUnknown
    /// No way there, or another failure of the network.
    case unreachable
    case timedOut
    /// No TLS, or not with the right one.
    case tls
    /// The other side does not speak HTTP/1.1.
    case malformed
    /// Something is longer than it may be.
    case tooLarge
    /// The connection ended before the answer did.
    case closed
    /// We gave up.
    case cancelled
    /// A file of ours that a body is read from, or written to.
    case localFile
    /// A library that sends requests is not on this machine.
    case missingLibrary
    /// The request cannot be written down: a line break in a header.
    case invalidRequest
  }
  /// What went wrong.
  public let kind: Kind
  /// In one line, with the address; never a header's value or a query.
  public let message: String
  /// Next steps.
  public let hints: [String]
  /// Whether the other side may have seen the request, and acted on it.
  public let mayHaveArrived: Bool

  /// An error.
  public init(_ kind: Kind, _ message: String, hints: [String] = [], mayHaveArrived: Bool) {
    self.kind = kind
    self.message = message
    self.hints = hints
    self.mayHaveArrived = mayHaveArrived
  }

  /// `notAllowed` for permissions, `software` for a request that is no request, `cannotCreate` for a file of ours, else `unavailable`.
  public var exitCode: ExitCode {
    switch kind {
    case .notAllowed: .notAllowed
    case .invalidRequest: .software
    case .cancelled: .interrupted
    case .localFile: .cannotCreate
    default: .unavailable
    }
  }
}
