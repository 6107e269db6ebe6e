public import TrainingModel

/// The most that something may cost.
public struct Budget: Sendable, Codable, Equatable {
  /// What is counted against it.
  public enum Scope: Sendable, Codable, Hashable {
    /// Everything in one calendar month, UTC; begins anew with each.
    case month
    /// One project, for ever.
    case project(String)
    /// One provider, for ever.
    case provider(ProviderID)
    /// One run, by its uid.
    case run(uid: String)
  }
  /// Its name, by which it is replaced and removed.
  public var name: String
  /// What is counted.
  public var scope: Scope
  /// The limit.
  public var limit: Money
  /// The share at which to warn, in percent.
  public var warnAtPercent: Int

  /// A budget that warns at 80 %.
  public init(name: String, scope: Scope, limit: Money, warnAtPercent: Int = 80) {
    self.name = name
    self.scope = scope
    self.limit = limit
    self.warnAtPercent = warnAtPercent
  }
}
