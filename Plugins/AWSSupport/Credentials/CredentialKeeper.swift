import Basics
public import FoundationEssentials
public import ProviderKit

/// Holds credentials, and renews them in time: one renewal at a time, whoever asks.
///
/// Renewal is tried a quarter of an hour before the end, at most once a minute. Until a minute before the end a failed renewal is no error.
public actor CredentialKeeper {
  /// Credentials, and where they are from.
  public struct Found: Sendable, Equatable {
    /// The credentials.
    public var credentials: AWSCredentials
    /// In words, for `doctor`; no secret.
    public var source: String

    /// Credentials from somewhere.
    public init(_ credentials: AWSCredentials, source: String) {
      self.credentials = credentials
      self.source = source
    }
  }

  private let find: @Sendable () async -> Result<Found, ProviderError>
  private let now: @Sendable () -> Date
  private var held: Found?
  private var nextAttempt = Date.distantPast
  private var renewal: Task<Result<Found, ProviderError>, Never>?

  private static let early: TimeInterval = 15 * 60
  private static let late: TimeInterval = 60

  /// Keeps what `find` finds; asks nobody yet.
  public init(now: @escaping @Sendable () -> Date, find: @escaping @Sendable () async -> Result<Found, ProviderError>) {
    self.now = now
    self.find = find
  }

  /// Credentials that do not end within the next minute.
  /// - Throws: ``ProviderError`` that names what was tried.
  public func found() async throws(ProviderError) -> Found {
    let time = now()
    if let held, !isDue(held.credentials, time) { return held }
    let result = await renew()
    switch result {
    case .success(let fresh): return fresh
    case .failure(let error):
      if let held, let end = held.credentials.expires, end.timeIntervalSince(time) > Self.late { return held }
      throw error
    }
  }

  /// Forgets credentials that a service has refused, unless others have come in the meantime.
  public func forget(_ refused: AWSCredentials) {
    if held?.credentials == refused { held = nil }
  }

  private func isDue(_ credentials: AWSCredentials, _ time: Date) -> Bool {
    guard let end = credentials.expires else { return false }
    let left = end.timeIntervalSince(time)
    return left <= Self.late || (left <= Self.early && time >= nextAttempt)
  }

  private func renew() async -> Result<Found, ProviderError> {
    if let renewal { return await renewal.value }
    // Shared by all who wait: that one of them gives up must not end it for the others.
    let find = find
    let task = Task { await find() }
    renewal = task
    let result = await task.value
    renewal = nil
    nextAttempt = now().addingTimeInterval(Self.late)
    if case .success(let fresh) = result { held = fresh }
    return result
  }
}
