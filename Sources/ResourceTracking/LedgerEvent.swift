public import FoundationEssentials
public import TrainingModel

/// One thing that happened, as it stands in the ledger for ever. Every event is bound to the one before it by a SHA-256 chain.
public struct LedgerEvent: Sendable, Codable, Equatable {
  /// Its place in the ledger, from 1 without gaps.
  public let serial: Int64
  /// When it was written, by the home's clock, in whole milliseconds.
  public let at: Date
  /// Whose row it changes; nil for what concerns no row or many.
  public let intent: IntentID?
  /// Who wrote it: the command, or the follower of a run.
  public let by: String
  /// What happened.
  public let change: LedgerChange

  /// All rows that it is about: its own, or those that it names.
  public var intents: [IntentID] {
    if case .seen(let seen) = change { return seen }
    return intent.map { [$0] } ?? []
  }
}
