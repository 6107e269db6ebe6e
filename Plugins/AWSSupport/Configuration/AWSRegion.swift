/// A region, and where it was found.
public struct AWSRegion: Sendable, Equatable {
  /// Such as `eu-west-2`.
  public let name: String
  /// In words: "setting region", "AWS_REGION".
  public let source: String

  /// Looks for the region: the setting, `AWS_REGION`, `AWS_DEFAULT_REGION`, the profile.
  /// - Throws: ``AWSConfigurationError`` that says where was looked, or that a name is none.
  public static func resolve(setting: String?, profile: AWSProfile?, in surroundings: AWSSurroundings) throws(AWSConfigurationError)
    -> AWSRegion
  {
    let places: [(String?, String)] = [
      (setting, "setting region"), (surroundings["AWS_REGION"], "AWS_REGION"), (surroundings["AWS_DEFAULT_REGION"], "AWS_DEFAULT_REGION"),
      (profile?["region"], profile?.place(of: "region") ?? "profile"),
    ]
    for case (let name?, let source) in places {
      guard isName(name) else {
        throw AWSConfigurationError("'\(name)' (from \(source)) is no region", hints: ["write a name such as `eu-west-2`"])
      }
      return AWSRegion(name: name, source: source)
    }
    throw AWSConfigurationError(
      "no region: looked at the setting `region`, AWS_REGION, AWS_DEFAULT_REGION and profile '\(surroundings.profileName(profile?.name))'",
      hints: ["add `region = \"eu-west-2\"` to the provider's table in providers.toml", "or run `export AWS_REGION=eu-west-2`"])
  }

  /// A name becomes part of a host's name, so it may hold nothing but letters, digits and hyphens.
  static func isName(_ name: String) -> Bool {
    !name.isEmpty && name.utf8.count <= 63 && name.first != "-" && name.last != "-"
      && name.utf8.allSatisfy { (0x61...0x7A).contains($0) || (0x30...0x39).contains($0) || $0 == 0x2D }
  }

  /// Whose DNS names the region's services have.
  static func domains(of region: String) -> (plain: String, dualStack: String) {
    for (prefix, plain, dual) in partitions where region.hasPrefix(prefix) { return (plain, dual) }
    return ("amazonaws.com", "api.aws")
  }

  /// From botocore's `partitions.json`; the standard partition and the government's share their names.
  private static let partitions = [
    ("cn-", "amazonaws.com.cn", "api.amazonwebservices.com.cn"), ("us-iso-", "c2s.ic.gov", "api.aws.ic.gov"),
    ("us-isob-", "sc2s.sgov.gov", "api.aws.scloud"), ("eu-isoe-", "cloud.adc-e.uk", "api.cloud-aws.adc-e.uk"),
    ("us-isof-", "csp.hci.ic.gov", "api.aws.hci.ic.gov"), ("eusc-", "amazonaws.eu", "api.amazonwebservices.eu"),
  ]
}
