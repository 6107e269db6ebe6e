import Basics
import ProviderKit

/// The checked settings of one entry of providers.toml, with those of a run file on top.
struct EC2Settings: Sendable, Equatable {
  var regions: [String]
  var profile: String?
  var endpoint: String?
  var mailbox: String?
  var instanceProfile: String?
  var subnet: String?
  var securityGroups: [String]
  var zones: [String]
  var image: String?
  var keyName: String?
  var publicAddress: Bool
  var instanceTypes: [String]
  var kmsKey: String?

  init(_ values: [String: JSONValue]) {
    func text(_ key: String) -> String? { values[key]?.stringValue.flatMap { $0.isEmpty ? nil : $0 } }
    func texts(_ key: String) -> [String] {
      values[key]?.arrayValue?.compactMap(\.stringValue) ?? text(key).map { $0.split { $0 == "," || $0 == " " }.map(String.init) } ?? []
    }
    regions = (text("region").map { [$0] } ?? []) + texts("regions")
    profile = text("profile")
    endpoint = text("endpoint")
    mailbox = text("mailbox")
    instanceProfile = text("instance_profile")
    subnet = text("subnet")
    securityGroups = texts("security_group")
    zones = texts("zones")
    image = text("image")
    keyName = text("key_name")
    publicAddress = values["public_ip"]?.boolValue ?? true
    instanceTypes = texts("instance_type")
    kmsKey = text("kms_key")
  }

  /// The settings with a run file's own ones in their place.
  func with(_ options: [String: JSONValue]) -> EC2Settings {
    let own = EC2Settings(options)
    var result = self
    result.regions = own.regions
    if own.subnet != nil { result.subnet = own.subnet }
    if !own.securityGroups.isEmpty { result.securityGroups = own.securityGroups }
    if !own.zones.isEmpty { result.zones = own.zones }
    if own.image != nil { result.image = own.image }
    if own.instanceProfile != nil { result.instanceProfile = own.instanceProfile }
    if own.keyName != nil { result.keyName = own.keyName }
    if options["public_ip"] != nil { result.publicAddress = own.publicAddress }
    if !own.instanceTypes.isEmpty { result.instanceTypes = own.instanceTypes }
    if own.kmsKey != nil { result.kmsKey = own.kmsKey }
    return result
  }

  static let descriptions: [SettingDescription] = [
    SettingDescription(
      "region", .string, "AWS region; AWS_REGION or the profile's by default. A run may choose among region and regions", perRun: true),
    SettingDescription("regions", .strings, "further regions, tried when the first has no capacity, and looked at by every listing"),
    SettingDescription("profile", .string, "profile of ~/.aws/config; AWS_PROFILE or default by default", needsTrust: true),
    SettingDescription("endpoint", .string, "address of all services in place of AWS's own", needsTrust: true),
    SettingDescription("mailbox", .string, "where machines and home meet: s3://bucket/prefix", needsTrust: true),
    SettingDescription("instance_profile", .string, "instance profile that lets a machine reach its mailbox: name or ARN", perRun: true),
    SettingDescription("instance_type", .strings, "only these machine types, such as g5.xlarge", perRun: true),
    SettingDescription("zones", .strings, "only these availability zones", perRun: true),
    SettingDescription("subnet", .string, "subnet to start in; the default VPC's by default", perRun: true),
    SettingDescription("security_group", .strings, "security groups; the VPC's default group by default", perRun: true),
    SettingDescription("public_ip", .boolean, "whether machines get a public IPv4 address (0.005 USD/h); true by default", perRun: true),
    SettingDescription("image", .string, "AMI, or ssm:/path of one; chosen by architecture and GPU by default", perRun: true),
    SettingDescription("key_name", .string, "key pair for SSH; none by default", perRun: true),
    SettingDescription("kms_key", .string, "key for the encrypted disk; AWS's own by default", perRun: true),
  ]
}
