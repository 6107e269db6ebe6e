import Basics
public import HTTPTransport

/// Where a service's requests go, and which region their signatures name.
public struct AWSEndpoint: Sendable, Equatable {
  /// The host.
  public let origin: HTTPOrigin
  /// What comes before every path: empty, or `/prefix`.
  public let path: String
  /// In signatures.
  public let signingRegion: String
  /// Where the address came from when it is not AWS's own: "setting endpoint", "AWS_ENDPOINT_URL".
  public let override: String?

  /// An endpoint.
  public init(origin: HTTPOrigin, path: String = "", signingRegion: String, override: String? = nil) {
    self.origin = origin
    self.path = path
    self.signingRegion = signingRegion
    self.override = override
  }

  /// Whether requests may carry `DualStack` and `FIPS` names.
  public struct Variant: Sendable, Equatable {
    /// Reachable over IPv6 too.
    public var dualStack: Bool
    /// With validated cryptography.
    public var fips: Bool

    /// A variant; the ordinary one by default.
    public init(dualStack: Bool = false, fips: Bool = false) {
      self.dualStack = dualStack
      self.fips = fips
    }
  }

  /// AWS's own address of a service.
  /// - Throws: ``AWSConfigurationError`` when the region is no name.
  public static func standard(_ service: AWSService, region: String, variant: Variant = Variant()) throws(AWSConfigurationError)
    -> AWSEndpoint
  {
    guard AWSRegion.isName(region) else {
      throw AWSConfigurationError("'\(region)' is no region", hints: ["write a name such as `eu-west-2`"])
    }
    let domains = AWSRegion.domains(of: region)
    if service == .iam, domains.plain == "amazonaws.com", !region.hasPrefix("us-gov-") {
      return AWSEndpoint(origin: .https(host: "iam.amazonaws.com", port: 443), signingRegion: "us-east-1")
    }
    // The government's ordinary hosts of these services are the validated ones.
    let plainIsValidated = region.hasPrefix("us-gov-") && !variant.dualStack && [.ec2, .sts, .ssm].contains(service)
    let name = service.hostPrefix + (variant.fips && !plainIsValidated ? "-fips" : "")
    let host = "\(name).\(region).\(variant.dualStack ? domains.dualStack : domains.plain)"
    return AWSEndpoint(origin: .https(host: host, port: 443), signingRegion: region)
  }

  /// The address to use: the setting, the environment, the shared files, else AWS's own.
  ///
  /// Order: AWS SDKs and Tools Reference Guide, "Service-specific endpoints".
  /// - Parameter setting: from providers.toml, for all services alike.
  /// - Throws: ``AWSConfigurationError`` when an address is none.
  public static func resolve(
    _ service: AWSService, region: String, setting: String?, profile: AWSProfile?, shared: SharedConfiguration,
    in surroundings: AWSSurroundings
  ) throws(AWSConfigurationError) -> AWSEndpoint {
    if let (address, source) = override(service, setting: setting, profile: profile, shared: shared, in: surroundings) {
      return try custom(address, source: source, region: service.home ?? region)
    }
    let variant = Variant(
      dualStack: surroundings.isOn("AWS_USE_DUALSTACK_ENDPOINT") || profile?["use_dualstack_endpoint"]?.lowercased() == "true",
      fips: surroundings.isOn("AWS_USE_FIPS_ENDPOINT") || profile?["use_fips_endpoint"]?.lowercased() == "true")
    return try standard(service, region: region, variant: variant)
  }

  /// The configured address of a service and where it was configured; nil for AWS's own.
  static func override(
    _ service: AWSService, setting: String?, profile: AWSProfile?, shared: SharedConfiguration, in surroundings: AWSSurroundings
  ) -> (address: String, source: String)? {
    if let setting { return (setting, "setting endpoint") }
    if surroundings.isOn("AWS_IGNORE_CONFIGURED_ENDPOINT_URLS") { return nil }
    if surroundings["AWS_IGNORE_CONFIGURED_ENDPOINT_URLS"] == nil, profile?["ignore_configured_endpoint_urls"]?.lowercased() == "true" {
      return nil
    }
    let variable = "AWS_ENDPOINT_URL_" + service.id.uppercased()
    if let address = surroundings[variable] { return (address, variable) }
    if let address = surroundings["AWS_ENDPOINT_URL"] { return (address, "AWS_ENDPOINT_URL") }
    if let name = profile?["services"], let address = shared.services[name]?[service.id]?["endpoint_url"] {
      return (address, "[services \(name)]")
    }
    return profile?["endpoint_url"].map { ($0, profile?.place(of: "endpoint_url") ?? "profile") }
  }

  /// An endpoint from an address that somebody wrote.
  public static func custom(_ address: String, source: String, region: String) throws(AWSConfigurationError) -> AWSEndpoint {
    let mistake = AWSConfigurationError(
      "'\(address)' (from \(source)) is no endpoint",
      hints: ["write `https://host` or `http://host:port`, without a user, query or fragment"])
    let secure = address.lowercased().hasPrefix("https://")
    guard secure || address.lowercased().hasPrefix("http://") else { throw mistake }
    let rest = address.dropFirst(secure ? 8 : 7)
    let authority = rest.prefix { $0 != "/" }
    let path = rest.dropFirst(authority.count)
    guard !address.contains(where: { "?#@\\ \r\n\t".contains($0) }), let (host, port) = split(authority) else { throw mistake }
    let number = port ?? (secure ? 443 : 80)
    return AWSEndpoint(
      origin: secure ? .https(host: host, port: number) : .http(host: host, port: number),
      path: path.hasSuffix("/") ? String(path.dropLast()) : String(path), signingRegion: region, override: source)
  }

  private static func split(_ authority: Substring) -> (String, UInt16?)? {
    var host = authority
    var port: UInt16?
    let inBrackets = authority.hasPrefix("[")
    let colon = authority.lastIndex(of: ":")
    if let colon, !inBrackets || authority[colon...].dropFirst().allSatisfy(\.isNumber) && authority[..<colon].hasSuffix("]") {
      guard let number = UInt16(authority[colon...].dropFirst()) else { return nil }
      port = number
      host = authority[..<colon]
    }
    if inBrackets {
      guard host.hasSuffix("]") else { return nil }
      host = host.dropFirst().dropLast()
    }
    return host.isEmpty ? nil : (String(host), port)
  }
}
