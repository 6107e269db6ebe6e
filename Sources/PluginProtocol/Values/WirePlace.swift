import Basics
public import TrainingModel

/// Where something is rented. Which entry of providers.toml it belongs to, the host knows.
public struct WirePlace: Sendable, Codable, Equatable {
  /// Who pays.
  public var account: String
  /// The vendor's region; empty where there is none.
  public var region: String
  /// The zone when one is meant.
  public var zone: String?
  /// The type of machine.
  public var machine: String
  /// How it is paid for.
  public var market: RentalPlace.Market

  /// A place.
  public init(_ place: RentalPlace) {
    (account, region, zone, machine, market) = (place.account, place.region, place.zone, place.machine, place.market)
  }

  /// The place at a provider.
  public func place(at provider: ProviderID) -> RentalPlace {
    RentalPlace(provider: provider, account: account, region: region, zone: zone, machine: machine, market: market)
  }

  /// - Throws: `DecodingError`.
  public init(from decoder: any Decoder) throws {
    let values = try decoder.container(keyedBy: FieldKey.self)
    account = try values.decode(String.self, forKey: "account")
    region = try values.value("region", else: "")
    zone = try values.decodeIfPresent(String.self, forKey: "zone")
    machine = try values.decode(String.self, forKey: "machine")
    market = try values.value("market", else: .onDemand)
  }

  /// As an object.
  public func encode(to encoder: any Encoder) throws {
    var values = encoder.container(keyedBy: FieldKey.self)
    try values.encode(account, forKey: "account")
    try values.encode(region, forKey: "region")
    try values.encodeIfPresent(zone, forKey: "zone")
    try values.encode(machine, forKey: "machine")
    try values.encode(market, forKey: "market")
  }
}
