import Basics
import ProviderKit

/// The checked settings of one entry of providers.toml, with those of a run file on top.
struct RunPodSettings: Sendable, Equatable {
  var keyFile: String?
  var account: String?
  var api: String?
  var mailbox: String?
  var clouds: [PodType.Cloud]
  var dataCenters: [String]
  var gpuTypes: [String]
  var cpuTypes: [String]
  var image: String
  var registry: String?
  var volume: String?
  var volumePath: String
  var leastCUDA: String?

  /// RunPod's own image with PyTorch, for runs that name none.
  static let usualImage = "runpod/pytorch:1.0.2-cu1281-torch280-ubuntu2404"

  init(_ values: [String: JSONValue]) {
    func text(_ key: String) -> String? { values[key]?.stringValue.flatMap { $0.isEmpty ? nil : $0 } }
    func texts(_ key: String) -> [String] {
      values[key]?.arrayValue?.compactMap(\.stringValue) ?? text(key).map { $0.split(separator: ",").map { $0.trimmed() } } ?? []
    }
    keyFile = text("key_file")
    account = text("account")
    api = text("api_url")
    mailbox = text("mailbox")
    clouds = Self.clouds(text("cloud"))
    dataCenters = texts("data_centers")
    gpuTypes = texts("gpu_types")
    cpuTypes = texts("cpu_types")
    image = text("image") ?? Self.usualImage
    registry = text("registry")
    volume = text("network_volume")
    volumePath = text("volume_path") ?? "/workspace"
    leastCUDA = text("min_cuda")
  }

  private static func clouds(_ word: String?) -> [PodType.Cloud] {
    switch word {
    case "community": [.community]
    case "any": [.secure, .community]
    default: [.secure]
    }
  }

  /// The settings with a run file's own ones in their place.
  func with(_ options: [String: JSONValue]) -> RunPodSettings {
    let own = RunPodSettings(options)
    var result = self
    if options["cloud"] != nil { result.clouds = own.clouds }
    if !own.dataCenters.isEmpty { result.dataCenters = own.dataCenters }
    if !own.gpuTypes.isEmpty { result.gpuTypes = own.gpuTypes }
    if !own.cpuTypes.isEmpty { result.cpuTypes = own.cpuTypes }
    if options["image"] != nil { result.image = own.image }
    if own.registry != nil { result.registry = own.registry }
    if own.volume != nil { result.volume = own.volume }
    if options["volume_path"] != nil { result.volumePath = own.volumePath }
    if own.leastCUDA != nil { result.leastCUDA = own.leastCUDA }
    return result
  }

  static let descriptions: [SettingDescription] = [
    SettingDescription("mailbox", .string, "where pods and home meet: s3://bucket/prefix", needsTrust: true),
    SettingDescription("mailbox_region", .string, "AWS region of the mailbox; AWS_REGION or the profile's by default"),
    SettingDescription("mailbox_profile", .string, "profile of ~/.aws/config that opens the mailbox", needsTrust: true),
    SettingDescription("mailbox_endpoint", .string, "address of the mailbox's services in place of AWS's own", needsTrust: true),
    SettingDescription("key_file", .string, "file that holds the API key; RUNPOD_API_KEY by default", needsTrust: true),
    SettingDescription("account", .string, "a name for the account, so that a new key is still the same account"),
    SettingDescription("api_url", .string, "address of the API in place of RunPod's own", needsTrust: true),
    SettingDescription(
      "cloud", .choice(["secure", "community", "any"]), "secure: RunPod's data centers (default); community: other people's machines",
      perRun: true),
    SettingDescription("data_centers", .strings, "only these data centers, such as EU-RO-1", perRun: true),
    SettingDescription("gpu_types", .strings, "only these GPUs, such as RTX-4090", perRun: true),
    SettingDescription("cpu_types", .strings, "only these flavours of machines without GPU, such as cpu5c", perRun: true),
    SettingDescription("image", .string, "container image of runs that name none; RunPod's PyTorch by default", perRun: true),
    SettingDescription("registry", .string, "credential for a private registry, as RunPod knows it: id or name", perRun: true),
    SettingDescription("network_volume", .string, "id of a network volume to mount; it decides the data center", perRun: true),
    SettingDescription("volume_path", .string, "where the network volume is mounted; /workspace by default", perRun: true),
    SettingDescription("min_cuda", .string, "least CUDA version of the host, such as 12.8", perRun: true),
  ]
}
