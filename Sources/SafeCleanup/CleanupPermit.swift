public import TrainingModel

/// The right to destroy one resource, once. Only ``CleanupSafety`` makes one, and the compiler lets nobody spend it twice.
public struct CleanupPermit: ~Copyable, Sendable {
  /// What may be destroyed.
  public var resource: ResourceID { facts.resource.id }
  /// What it was given for. A provider in another process gets these, and not the permit: it reviews them again.
  public let facts: CleanupFacts
  /// What was allowed when it was given.
  public let policy: CleanupPolicy

  init(_ facts: CleanupFacts, _ policy: CleanupPolicy) {
    self.facts = facts
    self.policy = policy
  }
}

/// Why a resource may not be destroyed, and what to do about it.
public struct CleanupRefusal: Error, Sendable, Equatable {
  /// Which rule refused, in the order in which they are asked.
  public enum Rule: String, Sendable, Codable, CaseIterable {
    /// The provider's answer was missing, partial or too old to decide on.
    case uncertain
    /// Ledger, live tags and account do not all say ours.
    case notOurs = "not-ours"
    /// The account or region is not on the list, or on the other one.
    case placeNotAllowed = "place-not-allowed"
    case protected
    /// By the vendor's own setting, or because it hangs on something that the vendor does not take it from.
    case vendorProtected = "vendor-protected"
    case tooYoung = "too-young"
    /// Its run is alive.
    case runAlive = "run-alive"
    case dataWouldDie = "data-would-die"
  }
  /// The rule that refused.
  public let rule: Rule
  /// The rule in words, with the facts it was applied to, and the way on.
  public let explanation: String

  init(_ rule: Rule, _ reason: String, _ way: String) {
    self.rule = rule
    explanation = "\(reason): \(way)"
  }
}
