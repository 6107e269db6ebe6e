public import TrainingModel

/// The right to destroy one resource, once. Only ``CleanupSafety`` makes one, and the compiler lets nobody spend it twice.
public struct CleanupPermit: ~Copyable, Sendable {
  /// What may be destroyed.
  public let resource: ResourceID

  init(_ resource: ResourceID) { self.resource = resource }
}

/// Why a resource may not be destroyed, and what to do about it.
public struct CleanupRefusal: Error, Sendable, Equatable {
  /// Which rule refused.
  public enum Rule: String, Sendable, Codable, CaseIterable {
    /// The provider's answer was missing, partial or too old to decide on.
    case uncertain
    /// Not made by this home.
    case notOurs = "not-ours"
    case protected
    /// Its run is alive.
    case runAlive = "run-alive"
  }
  /// The rule that refused.
  public let rule: Rule
  /// The rule in words, with the facts it was applied to.
  public let explanation: String
}
