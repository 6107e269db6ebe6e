public import Basics
public import Retrying

/// A provider's failure: a code to switch on, the vendor's words, and what to do.
public struct ProviderError: ExitCoded, Equatable {
  /// What kind of failure it is. A struct over a hidden enum, so that a new code breaks nobody.
  public struct Code: Sendable, Hashable {
    private enum Kind {
      case throttled, unreachable, noCapacity, quotaExceeded, unauthorised, forbidden, notFound, invalidRequest, conflict, vendorFault
    }
    private let kind: Kind

    /// Asked too often.
    public static let throttled = Code(kind: .throttled)
    /// Nobody answered.
    public static let unreachable = Code(kind: .unreachable)
    /// The vendor has none of that kind now.
    public static let noCapacity = Code(kind: .noCapacity)
    /// The account may not have more.
    public static let quotaExceeded = Code(kind: .quotaExceeded)
    /// Credentials missing or wrong.
    public static let unauthorised = Code(kind: .unauthorised)
    /// Credentials right, permission missing.
    public static let forbidden = Code(kind: .forbidden)
    /// No such thing there.
    public static let notFound = Code(kind: .notFound)
    /// The request itself is wrong; repeating it will not help.
    public static let invalidRequest = Code(kind: .invalidRequest)
    /// Something by that name is there already, or busy.
    public static let conflict = Code(kind: .conflict)
    /// The vendor's own defect.
    public static let vendorFault = Code(kind: .vendorFault)

    /// The one place that says what is worth trying again unchanged.
    public var isTransient: Bool { kind == .throttled || kind == .unreachable || kind == .vendorFault }

    /// How a program ends on it.
    public var exitCode: ExitCode {
      switch kind {
      case .unauthorised, .forbidden: .notAllowed
      case .throttled, .noCapacity, .conflict: .tryAgain
      case .invalidRequest: .configuration
      case .notFound, .unreachable, .quotaExceeded, .vendorFault: .unavailable
      }
    }
  }

  /// What a failed call did to the world.
  public enum Effect: String, Sendable, Codable {
    /// Nothing: the vendor refused it, or never got it.
    case none
    /// Nobody knows; it may exist.
    case unknown
    /// It was done, and then something failed.
    case applied
  }

  /// What kind of failure it is.
  public let code: Code
  /// What was attempted and what came back, in one line.
  public let message: String
  /// The vendor's own error code.
  public let vendorCode: String?
  /// The vendor's id of the request, for its support.
  public let requestID: String?
  /// What a failed mutation did.
  public let effect: Effect
  /// How long the vendor asked us to wait before asking again.
  public let retryAfter: Duration?
  /// Next steps that can be pasted into a shell.
  public let hints: [String]

  /// An error; `effect` is for mutations only.
  public init(
    _ code: Code, _ message: String, vendorCode: String? = nil, requestID: String? = nil, effect: Effect = .none,
    retryAfter: Duration? = nil, hints: [String] = []
  ) {
    self.code = code
    self.message = message
    self.vendorCode = vendorCode
    self.requestID = requestID
    self.effect = effect
    self.retryAfter = retryAfter
    self.hints = hints
  }

  /// As the code says.
  public var exitCode: ExitCode { code.exitCode }
}

extension ProviderError: Retryable {
  /// As the code says; the vendor's own wish for a wait is handed on.
  public var retryAdvice: RetryAdvice { code.isTransient ? .later(after: retryAfter) : .never }
}
