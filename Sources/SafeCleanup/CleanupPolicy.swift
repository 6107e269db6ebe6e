public import FoundationEssentials
public import TrainingModel

/// What the person who asks has said, and what the settings allow. No word passes more than the rule it is for.
public struct CleanupPolicy: Sendable, Codable, Equatable {
  /// `--force`: what is young, and what carries a live run.
  public var force: Bool
  /// `--override-protection`: protected resources, each named.
  public var overrideProtection: Set<ResourceID>
  /// `--include-data`: where data would die.
  public var includeData: Bool
  /// Accounts in which anything may be destroyed; empty for all.
  public var allowedAccounts: Set<String>
  /// Regions in which anything may be destroyed; empty for all.
  public var allowedRegions: Set<String>
  /// Accounts and regions in which nothing may be destroyed.
  public var blocked: Set<String>
  /// Younger than this is left alone, unless its run is over.
  public var youth: TimeInterval

  /// A policy; the careful one by default.
  public init(
    force: Bool = false, overrideProtection: Set<ResourceID> = [], includeData: Bool = false, allowedAccounts: Set<String> = [],
    allowedRegions: Set<String> = [], blocked: Set<String> = [], youth: TimeInterval = 300
  ) {
    self.force = force
    self.overrideProtection = overrideProtection
    self.includeData = includeData
    self.allowedAccounts = allowedAccounts
    self.allowedRegions = allowedRegions
    self.blocked = blocked
    self.youth = youth
  }
}

/// How much may go at once on a mere yes.
public enum BlastRadius {
  /// More than so many need more than a yes.
  public static let most = 10
  /// From so many on the share counts too.
  public static let few = 4
  /// More than a quarter of what is ours needs more than a yes.
  public static let share = 4

  /// Whether destroying `count` of the `ours` that there are needs a typed phrase or a reviewed plan.
  public static func isLarge(_ count: Int, of ours: Int) -> Bool { count > most || (count >= few && count * share > ours) }

  /// What has to be typed.
  public static func phrase(_ count: Int, at places: [RentalPlace]) -> String {
    let names = Set(places.map { "\($0.provider)/\($0.account)" }).sorted()
    return "delete \(count) resources in \(names.joined(separator: " and "))"
  }
}
