public import FoundationEssentials
public import TrainingModel

/// A time for which nobody has asked yet what the market charged for a machine that ran.
public struct SpotGap: Sendable, Equatable {
  /// The machine.
  public var row: LedgerRow
  /// When it begins.
  public var from: Date
  /// When it ends; nil while the machine runs.
  public var until: Date?
  /// Whether the market was never asked about this machine.
  public var isFirst: Bool
}
