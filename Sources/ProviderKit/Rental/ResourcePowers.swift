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

/// Can ask its vendor again for prices that are known already.
public protocol PriceRefreshing: TrainingProvider {
  /// Asks what machines that meet a need cost, and keeps the answers with their day. What is rented keeps the price that it was rented at.
  /// - Throws: when the vendor did not answer; what was known is known still.
  func refreshPrices(for need: ResourceNeed) async throws(ProviderError)
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

/// Rents machines that take no script when they are made: the home hands it over as soon as they can be reached.
public protocol HandedBoot: RentingProvider {
  /// Hands the boot script of a launch to its machine, if that can be reached by now. Doing it again does no harm.
  /// - Returns: whether the machine has it.
  /// - Throws: what will not pass by waiting, and what may.
  func handOver(_ launch: ComposedLaunch, to resource: ResourceID) async throws(ProviderError) -> Bool
}

/// Keeps, by itself, what a machine prints: the second source of a run's log, when nothing of it came by the mailbox.
public protocol MachineLogs: TrainingProvider {
  /// What the vendor has kept of a machine's output, as far back as it goes; nil when there is no such machine any more.
  func output(of resource: ResourceID) async throws(ProviderError) -> [UInt8]?
}

/// Knows what the vendor has charged.
public protocol BillingProvider: TrainingProvider {
  /// What was charged for a resource between two moments, in pieces that do not overlap, oldest first. What is not on the bill yet is missing.
  func bills(of resource: ResourceID, from start: Date, to end: Date) async throws(ProviderError) -> [Bill]

  /// How long after an end its bill may be missing in part, so that asking earlier is of no use.
  var billDelay: Duration { get }
}

extension BillingProvider {
  /// Two hours: buckets of an hour, and what it takes to write them.
  public var billDelay: Duration { .seconds(7_200) }
}

/// An amount that the vendor has charged for a stretch of time.
public struct Bill: Sendable, Codable, Equatable {
  /// When the stretch began.
  public var from: Date
  /// When it ended.
  public var to: Date
  /// How much.
  public var amount: Money

  /// An amount.
  public init(from: Date, to: Date, amount: Money) {
    self.from = from
    self.to = to
    self.amount = amount
  }
}

/// Remembers how something ended that is no longer there: a scheduler's accounting.
public protocol EndHistory: TrainingProvider {
  /// How it ended; nil when that is not known.
  func end(of resource: ResourceID) async throws(ProviderError) -> ResourceEnd?
}

/// How something ended.
public struct ResourceEnd: Sendable, Equatable {
  /// Why; nil when it ended by itself, or nobody knows.
  public var reason: RunReason?
  /// In the provider's words.
  public var words: String

  /// An end.
  public init(reason: RunReason?, words: String) {
    self.reason = reason
    self.words = words
  }
}
