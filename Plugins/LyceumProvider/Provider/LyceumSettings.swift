import Basics
import ProviderKit

/// The checked settings of one entry of providers.toml, with those of a run file on top.
struct LyceumSettings: Sendable, Equatable {
  /// What is rented.
  enum Product: String, Sendable, CaseIterable {
    case executions, machines
  }

  var product: Product
  var keyFile: String?
  var organisation: String?
  var api: String
  var mailbox: String?
  var profiles: [String]
  var image: String

  /// For runs that name none.
  static let usualImage = "pytorch/pytorch:latest"

  init(_ values: [String: JSONValue]) {
    func text(_ key: String) -> String? { values[key]?.stringValue.flatMap { $0.isEmpty ? nil : $0 } }
    product = text("product").flatMap(Product.init) ?? .executions
    keyFile = text("key_file")
    organisation = text("organisation")
    api = text("api_url") ?? LyceumClient.usual
    mailbox = text("mailbox")
    profiles = values["profiles"]?.arrayValue?.compactMap(\.stringValue) ?? text("profiles").map { [$0] } ?? []
    image = text("image") ?? Self.usualImage
  }

  /// The settings with a run file's own ones in their place.
  func with(_ options: [String: JSONValue]) -> LyceumSettings {
    let own = LyceumSettings(options)
    var result = self
    if !own.profiles.isEmpty { result.profiles = own.profiles }
    if options["image"] != nil { result.image = own.image }
    return result
  }

  static let descriptions: [SettingDescription] = [
    SettingDescription(
      "product", .choice(["executions", "machines"]), "executions: containers that end by themselves (default); machines: virtual machines"),
    SettingDescription("mailbox", .string, "where executions and home meet: s3://bucket/prefix", needsTrust: true),
    SettingDescription("mailbox_region", .string, "AWS region of the mailbox; AWS_REGION or the profile's by default"),
    SettingDescription("mailbox_profile", .string, "profile of ~/.aws/config that opens the mailbox", needsTrust: true),
    SettingDescription("mailbox_endpoint", .string, "address of the mailbox's services in place of AWS's own", needsTrust: true),
    SettingDescription("key_file", .string, "file that holds the API key; LYCEUM_API_KEY by default", needsTrust: true),
    SettingDescription("organisation", .string, "slug of the organisation to act for; the key's own by default"),
    SettingDescription("api_url", .string, "address of the API in place of Lyceum's own", needsTrust: true),
    SettingDescription("profiles", .strings, "only these hardware profiles, such as gpu.l40s; of machines, such as l40s", perRun: true),
    SettingDescription("image", .string, "container image of runs that name none; pytorch/pytorch by default", perRun: true),
  ]
}
