import Basics
public import ProviderKit

/// The `error` of an answer.
public struct WireFailure: Error, Sendable, Codable, Equatable {
  /// JSON-RPC's number.
  public var code: Int
  /// What was attempted and what came back, in one line.
  public var message: String
  /// What a program needs to know.
  public var data: Reason?

  /// Why, and what it did.
  public struct Reason: Sendable, Codable, Equatable {
    /// One of ``classes``.
    public var kind: String
    /// What a refused mutation did: `none`, `unknown` or `applied`.
    public var effect: String?
    /// How long the vendor asked to wait.
    public var retryAfterMs: Int64?
    /// The vendor's own code.
    public var vendorCode: String?
    /// The vendor's id of the request.
    public var requestId: String?
    /// Next steps that can be pasted into a shell.
    public var hints: [String]?
    /// What a cancelled `create` had made by then.
    public var created: [String]?
    /// The versions that the plugin speaks, when the host's are none of them.
    public var supported: VersionRange?

    /// A reason.
    public init(_ kind: String, effect: String? = nil, hints: [String]? = nil) {
      self.kind = kind
      self.effect = effect
      self.hints = hints
    }

    enum CodingKeys: String, CodingKey {
      case kind = "class"
      case effect, retryAfterMs, vendorCode, requestId, hints, created, supported
    }
  }

  /// An error.
  public init(_ code: Int, _ message: String, _ data: Reason? = nil) {
    self.code = code
    self.message = message
    self.data = data
  }

  /// The words of `class`, and what each is for the host.
  public static let classes: [(name: String, code: ProviderError.Code)] = [
    ("auth", .unauthorised), ("forbidden", .forbidden), ("quota", .quotaExceeded), ("capacity", .noCapacity), ("rateLimited", .throttled),
    ("notFound", .notFound), ("conflict", .conflict), ("invalid", .invalidRequest), ("unavailable", .unreachable),
    ("internal", .vendorFault), ("timeout", .unreachable), ("canceled", .unreachable),
  ]

  /// What a provider threw.
  public init(_ error: ProviderError) {
    var reason = Reason(
      Self.classes.first { $0.code == error.code }?.name ?? "internal", effect: error.effect.rawValue,
      hints: error.hints.isEmpty ? nil : error.hints)
    reason.retryAfterMs = error.retryAfter.map { Int64($0.inSeconds * 1_000) }
    reason.vendorCode = error.vendorCode
    reason.requestId = error.requestID
    self.init(PluginProtocol.refusal, error.message, reason)
  }

  /// What it is for the host.
  /// - Parameter isMutation: whether something may have been changed: who does not say what it did, did nobody knows what.
  public func providerError(isMutation: Bool) -> ProviderError {
    if code == PluginProtocol.unknownMethod || code == PluginProtocol.badParameters {
      return ProviderError(.invalidRequest, message, effect: .none, hints: data?.hints ?? [])
    }
    let effect = data?.effect.flatMap(ProviderError.Effect.init(rawValue:)) ?? (isMutation ? .unknown : .none)
    return ProviderError(
      Self.classes.first { $0.name == data?.kind }?.code ?? .vendorFault, message, vendorCode: data?.vendorCode, requestID: data?.requestId,
      effect: data?.created?.isEmpty == false && effect == .none ? .unknown : effect,
      retryAfter: data?.retryAfterMs.map { .milliseconds($0) }, hints: data?.hints ?? [])
  }
}

/// Versions of the protocol, both ends included.
public struct VersionRange: Sendable, Codable, Equatable, CustomStringConvertible {
  /// The oldest.
  public var min: Int
  /// The newest.
  public var max: Int

  /// A range.
  public init(min: Int, max: Int) {
    self.min = min
    self.max = max
  }

  /// "1", or "1 to 3".
  public var description: String { min == max ? "\(min)" : "\(min) to \(max)" }
}
