public import AWSSupport
import Basics
public import ProviderKit
public import Retrying

extension S3Storage {
  /// What a `[storage.NAME]` table may say.
  public static let description = StorageDescription(
    module: "s3",
    settings: [
      SettingDescription("endpoint", .string, "Address of the service; AWS's own by default", needsTrust: true),
      SettingDescription("region", .string, "Region of the signatures; AWS_REGION or the profile's by default"),
      SettingDescription("profile", .string, "Profile of ~/.aws/config; AWS_PROFILE or default", needsTrust: true),
      SettingDescription("addressing", .choice(["auto", "path", "host"]), "Where a bucket's name stands in addresses; auto by default"),
      SettingDescription(
        "checksums", .choice(["when-supported", "when-required"]), "when-required for services that refuse checksums they do not know"),
      SettingDescription("part_size", .size, "Size of the parts of large objects; 16 MiB by default"),
      SettingDescription("parallel_parts", .integer, "Parts of an object on their way at once; 4 by default"),
    ])

  /// Opens what a table describes; nil is a store that nobody described: AWS's, or what the environment says. Contacts nobody.
  public static func open(
    _ settings: StorageSettings?, in surroundings: AWSSurroundings, retry: Retry
  ) throws(ProviderError) -> S3Storage {
    let values = settings?.values ?? [:]
    let endpoint = values["endpoint"]?.stringValue
    var surroundings = surroundings
    // Somebody's own service has regions of its own, most often none: any name will do.
    if endpoint != nil, values["region"] == nil, surroundings["AWS_REGION"] == nil, surroundings["AWS_DEFAULT_REGION"] == nil {
      surroundings.environment["AWS_REGION"] = "us-east-1"
    }
    var options = S3Options()
    switch values["addressing"]?.stringValue {
    case "path": options.addressing = .path
    case "host": options.addressing = .virtualHost
    default: break
    }
    if values["checksums"]?.stringValue == "when-required" { options.checksums = .whenRequired }
    if let size = values["part_size"]?.intValue { options.partSize = max(5 << 20, size) }
    if let count = values["parallel_parts"]?.intValue { options.parallelParts = Int(min(max(1, count), 64)) }
    let session = try AWSSession(
      AWSSession.Settings(region: values["region"]?.stringValue, profile: values["profile"]?.stringValue, endpoint: endpoint),
      in: surroundings, retry: retry)
    return S3Storage(client: try session.objects(options), now: surroundings.now)
  }
}
