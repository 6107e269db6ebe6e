import Basics
public import ProviderKit
public import TrainingModel

/// A priced way to meet a need.
public struct WireOffer: Sendable, Codable, Equatable {
  /// The type of machine.
  public var machine: String
  /// GPU model.
  public var gpuType: String?
  /// How many GPUs.
  public var gpuCount: Int
  /// Bytes of each GPU; nil is unknown.
  public var gpuMemoryBytes: Int64?
  /// Virtual CPUs of the machine; nil is unknown.
  public var cpuCores: Int64?
  /// Bytes of main memory of the machine; nil is unknown.
  public var memoryBytes: Int64?
  /// The vendor's region; a candidate's is that of its place.
  public var region: String?
  /// The zone, where the price is that of one alone.
  public var zone: String?
  /// Whether it may be taken away.
  public var spot: Bool
  /// Everything that a running hour costs; nil is unknown, which is not nothing.
  public var pricePerHour: WireMoney?
  /// Where the price comes from.
  public var priceSource: String?
  /// The day of which the price is: `2026-07-20`; nil for one that does not age.
  public var pricedOn: String?

  /// An offer.
  public init(_ offer: Offer) {
    (machine, gpuType, gpuCount) = (offer.machine, offer.gpuType, offer.gpuCount)
    (gpuMemoryBytes, cpuCores, memoryBytes) = (offer.gpuMemory?.bytes, offer.cpuCores, offer.memory?.bytes)
    (region, zone, spot) = (offer.region, offer.zone, offer.isSpot)
    pricePerHour = offer.pricePerHour.map { WireMoney($0) }
    (priceSource, pricedOn) = (offer.priceSource, offer.pricedOn)
  }

  /// The offer of a provider.
  public func offer(of provider: ProviderID) -> Offer {
    var offer = Offer(
      provider: provider, machine: machine, gpuType: gpuType, gpuCount: gpuCount, pricePerHour: pricePerHour?.money,
      priceSource: pricePerHour == nil ? nil : priceSource ?? "the plugin")
    offer.gpuMemory = gpuMemoryBytes.map { ByteSize(bytes: $0) }
    (offer.cpuCores, offer.memory) = (cpuCores, memoryBytes.map { ByteSize(bytes: $0) })
    (offer.region, offer.zone, offer.isSpot) = (region, zone, spot)
    offer.pricedOn = pricePerHour == nil ? nil : pricedOn
    return offer
  }

  /// - Throws: `DecodingError`.
  public init(from decoder: any Decoder) throws {
    let values = try decoder.container(keyedBy: FieldKey.self)
    machine = try values.decode(String.self, forKey: "machine")
    gpuType = try values.decodeIfPresent(String.self, forKey: "gpuType")
    gpuCount = try values.value("gpuCount", else: 0)
    gpuMemoryBytes = try values.decodeIfPresent(Int64.self, forKey: "gpuMemoryBytes")
    cpuCores = try values.decodeIfPresent(Int64.self, forKey: "cpuCores")
    memoryBytes = try values.decodeIfPresent(Int64.self, forKey: "memoryBytes")
    region = try values.decodeIfPresent(String.self, forKey: "region")
    zone = try values.decodeIfPresent(String.self, forKey: "zone")
    spot = try values.value("spot", else: false)
    pricePerHour = try values.decodeIfPresent(WireMoney.self, forKey: "pricePerHour")
    priceSource = try values.decodeIfPresent(String.self, forKey: "priceSource")
    pricedOn = try values.decodeIfPresent(String.self, forKey: "pricedOn")
  }
}

/// A place with what it offers and what it costs.
public struct WireCandidate: Sendable, Codable, Equatable {
  /// Where.
  public var place: WirePlace
  /// What.
  public var offer: WireOffer
  /// `x86_64` or `aarch64`.
  public var architecture: String
  /// What it will be charged for; nil for the offer's price alone, while the machine is there.
  public var meters: [WireMeter]?
  /// The longest that anything may run there; nil for as long as it likes.
  public var longestSeconds: Int64?

  /// A candidate.
  public init(_ candidate: RentalCandidate) {
    place = WirePlace(candidate.place)
    offer = WireOffer(candidate.offer)
    architecture = candidate.architecture
    meters = candidate.meters.map { WireMeter($0) }
    longestSeconds = candidate.longestSeconds
  }

  /// The candidate of a provider.
  public func candidate(of provider: ProviderID) -> RentalCandidate {
    let offer = offer.offer(of: provider)
    let whole = Meter(.compute, offer.machine, hourly: offer.pricePerHour, source: offer.priceSource)
    var candidate = RentalCandidate(
      place: place.place(at: provider), offer: offer, architecture: architecture, meters: meters?.map(\.meter) ?? [whole])
    candidate.longestSeconds = longestSeconds
    return candidate
  }

  /// - Throws: `DecodingError`.
  public init(from decoder: any Decoder) throws {
    let values = try decoder.container(keyedBy: FieldKey.self)
    place = try values.decode(WirePlace.self, forKey: "place")
    offer = try values.decode(WireOffer.self, forKey: "offer")
    architecture = try values.value("architecture", else: "x86_64")
    meters = try values.decodeIfPresent([WireMeter].self, forKey: "meters")
    longestSeconds = try values.decodeIfPresent(Int64.self, forKey: "longestSeconds")
  }
}
