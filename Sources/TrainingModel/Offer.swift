public import Basics
import FoundationEssentials

/// A priced way to meet a need.
public struct Offer: Sendable, Codable, Equatable {
  /// Where it is.
  public var provider: ProviderID
  /// Such as `t3.medium`; `host` for this machine.
  public var machine: String
  /// GPU model.
  public var gpuType: String?
  /// How many GPUs.
  public var gpuCount: Int
  /// Of each GPU; nil is unknown.
  public var gpuMemory: ByteSize?
  /// Virtual CPUs of the whole machine; nil is unknown.
  public var cpuCores: Int64?
  /// Main memory of the whole machine; nil is unknown.
  public var memory: ByteSize?
  /// The vendor's region; nil where there is none.
  public var region: String?
  /// The zone, where the price is that of one alone.
  public var zone: String?
  /// Whether it may be taken away.
  public var isSpot = false
  /// Of everything that a running hour needs; nil is unknown, which is not the same as nothing.
  public var pricePerHour: Money?
  /// Where the price comes from.
  public var priceSource: String?
  /// The day of which the price is, such as `2026-07-20`; nil for one that does not age.
  public var pricedOn: String?

  /// An offer of a machine.
  public init(provider: ProviderID, machine: String, gpuType: String? = nil, gpuCount: Int = 0, pricePerHour: Money?, priceSource: String?)
  {
    self.provider = provider
    self.machine = machine
    self.gpuType = gpuType
    self.gpuCount = gpuCount
    self.pricePerHour = pricePerHour
    self.priceSource = priceSource
  }

  /// What one GPU costs an hour, everything together; nil where there is none, or the price is unknown.
  public var pricePerGPUHour: Money? {
    guard gpuCount > 0, let price = pricePerHour else { return nil }
    return Money(price.amount / Decimal(gpuCount), price.currency)
  }
}
