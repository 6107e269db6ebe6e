public import FoundationEssentials
public import TrainingModel

/// Can stop a machine so that only its disk costs, and start it again. Both idempotent.
public protocol PausableProvider: TrainingProvider {
  /// Asks a running machine to stop.
  func stop(_ resource: ResourceID) async throws(ProviderError)
  /// Asks a stopped machine to start.
  func start(_ resource: ResourceID) async throws(ProviderError)
}

/// Can change tags of what it lists.
public protocol TaggingProvider: TrainingProvider {
  /// Sets tags; nil removes one. Other tags stay.
  func setTags(_ tags: [String: String?], on resource: ResourceID) async throws(ProviderError)
}

/// Can say what a machine's own shutdown does.
public protocol OwnEndProvider: TrainingProvider {
  /// Whether a machine that shuts itself down ends for good, or keeps its disk.
  func setOwnEnd(of resource: ResourceID, destroys: Bool) async throws(ProviderError)
}

/// Knows what a machine really cost when prices move.
public protocol PriceHistory: TrainingProvider {
  /// Prices per hour from `start` on, each with the time from which it held, oldest first.
  func prices(at place: RentalPlace, from start: Date, to end: Date) async throws(ProviderError) -> [PriceChange]
}

/// A price from a moment on.
public struct PriceChange: Sendable, Equatable {
  /// The moment.
  public var from: Date
  /// Per hour.
  public var hourly: Money

  /// A price from a moment on.
  public init(from: Date, hourly: Money) {
    self.from = from
    self.hourly = hourly
  }
}
