import Basics
import FoundationEssentials
import ProviderKit
import TrainingModel

/// What the API says of a pod.
struct PodAnswer: Decodable, Sendable {
  struct GPU: Decodable, Sendable {
    var id: String
    var count: Int?
  }
  struct CPU: Decodable, Sendable {
    var id: String
    var vcpuCount: Int?
  }
  struct Mounts: Decodable, Sendable {
    struct Network: Decodable, Sendable { var volumeId: String }
    struct Persistent: Decodable, Sendable { var size: Int64? }
    var network: [Network]?
    var persistent: Persistent?
  }
  var id: String
  var name: String
  var status: String
  var env: [String: String]?
  var gpu: GPU?
  var cpu: CPU?
  var mounts: Mounts?
  var cloud: String?
  var dataCenterId: String?
  var locked: Bool?
  var createdAt: String?
  var startedAt: String?

  /// As everybody else says it. A pod that failed for good goes on costing.
  var state: ResourceState {
    switch status {
    case "PROVISIONING", "STARTING": .starting
    case "EXITED": .stopped
    case "TERMINATED": .gone
    default: .running
    }
  }

  func resource(provider: ProviderID, account: String, types: [PodType]) -> Resource {
    let label = OwnershipName(name)
    let tags = tags
    var resource = Resource(
      id: ResourceID(id), provider: provider, kind: "machine", state: state, runUID: label == nil ? nil : tags[OwnershipTags.run])
    resource.name = name
    resource.installation = label?.installation
    resource.intent = label.map { IntentID($0.intent) }
    resource.owner = label.map { tags[OwnershipTags.owner] ?? $0.owner }
    resource.tags = tags
    resource.launchedAt = (startedAt ?? createdAt).flatMap(Timestamp.parse)
    resource.place = place(provider, account, types)
    resource.stateReason = status == "ERROR" ? "its container does not start any more" : nil
    resource.hasVendorProtection = locked ?? false
    resource.attachments = (mounts?.network ?? []).map { .init(id: ResourceID($0.volumeId), diesToo: false, isRoot: false) }
    return resource
  }

  /// The tags that a pod of ours carries in its environment, for RunPod has none.
  private var tags: [String: String] {
    guard let text = env?[CreatePod.tagsVariable] else { return [:] }
    return (try? JSON.decode([String: String].self, from: Data(text.utf8))) ?? [:]
  }

  private func place(_ provider: ProviderID, _ account: String, _ types: [PodType]) -> RentalPlace {
    var machine = "pod"
    if let gpu {
      machine = PodPlace.machine(types.first { $0.id == gpu.id }?.name ?? gpu.id, count: gpu.count ?? 1)
    } else if let cpu {
      machine = PodPlace.machine(cpu: cpu.id, cores: Int64(cpu.vcpuCount ?? 2))
    }
    return RentalPlace(provider: provider, account: account, region: (cloud ?? "SECURE").lowercased(), zone: dataCenterId, machine: machine)
  }
}

/// All pods of an account: `GET /v2/pods`.
struct PodListAnswer: Decodable, Sendable {
  var pods: [PodAnswer]
}

/// How places are called.
enum PodPlace {
  /// `2x RTX 4090`.
  static func machine(_ name: String, count: Int) -> String { "\(count)x \(name)" }
  /// `cpu5c-4`.
  static func machine(cpu: String, cores: Int64) -> String { "\(cpu)-\(cores)" }
}

/// What the API says of a network volume: `GET /v2/network-volumes/ID`.
struct VolumeAnswer: Decodable, Sendable {
  var id: String
  var dataCenter: String
}

/// Credentials for registries: `GET /v2/registries`.
struct RegistryListAnswer: Decodable, Sendable {
  struct Registry: Decodable, Sendable {
    var id: String
    var name: String
  }
  var registries: [Registry]
}

/// What was charged: `GET /v2/billing/pods`.
struct BillingAnswer: Decodable, Sendable {
  struct Record: Decodable, Sendable {
    var podId: String
    var startTime: String
    var endTime: String
    var totalAmount: Decimal
  }
  var records: [Record]
}
