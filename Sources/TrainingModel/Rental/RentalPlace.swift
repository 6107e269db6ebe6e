/// Where an attempt is made: one intent goes to one place. Elsewhere is another intent with another token.
public struct RentalPlace: Sendable, Codable, Hashable {
  /// How a machine is paid for.
  public enum Market: String, Sendable, Codable {
    case onDemand = "on-demand"
    /// May be taken away.
    case spot
  }
  /// The name in providers.toml.
  public var provider: ProviderID
  /// Who pays, in the vendor's own words.
  public var account: String
  /// The vendor's region; empty where there is none.
  public var region: String
  /// The zone when one was asked for.
  public var zone: String?
  /// The vendor's name of the machine's type; for other kinds of resource the kind.
  public var machine: String
  /// How it is paid for.
  public var market: Market

  /// A place.
  public init(provider: ProviderID, account: String, region: String, zone: String? = nil, machine: String, market: Market = .onDemand) {
    self.provider = provider
    self.account = account
    self.region = region
    self.zone = zone
    self.machine = machine
    self.market = market
  }

  /// For people: "g4dn.xlarge (spot) in us-east-1a"; only the machine where there are no regions.
  public var words: String {
    let name = machine + (market == .spot ? " (spot)" : "")
    let region = zone ?? region
    return region.isEmpty ? name : "\(name) in \(region)"
  }
}
