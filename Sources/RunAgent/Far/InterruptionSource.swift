public import FoundationEssentials

/// Listens for the word of a machine's owner that it will be taken away: spot capacity.
public protocol InterruptionSource: Sendable {
  /// Waits for the word. Nil when the calling task is cancelled first.
  func notice() async -> InterruptionNotice?
}

/// The word that a machine will be taken away.
public struct InterruptionNotice: Sendable, Equatable {
  /// When; nil when nobody says.
  public var at: Date?
  /// In words, for the run's record: "spot capacity is taken back".
  public var detail: String

  /// A notice.
  public init(at: Date?, detail: String) {
    self.at = at
    self.detail = detail
  }
}
