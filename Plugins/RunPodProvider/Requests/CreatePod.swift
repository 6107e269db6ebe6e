import Basics
import FoundationEssentials
import ProviderKit
import RunPodSupport
import TrainingModel

/// Everything that one pod is rented with: made into the exact document that the ledger keeps and that is sent.
struct CreatePod: Sendable {
  /// The machine.
  enum Compute: Sendable, Equatable {
    case gpu(id: String, count: Int)
    case cpu(id: String, cores: Int64)
  }
  var compute: Compute
  var cloud: PodType.Cloud
  var dataCenters: [String]
  var image: String
  var diskGigabytes: Int64
  /// The id of what opens the registry.
  var registry: String?
  var volume: (id: String, path: String)?
  var leastCUDA: String?
  /// The API that the pod is told of; nil for RunPod's own.
  var api: String?

  /// The variable of a pod's environment in which its tags stand.
  static let tagsVariable = "RUNPILOT_TAGS"
  /// The largest document that RunPod takes (`runpod/docs`, "Body limit").
  static let longest = 102_400

  /// The document.
  /// - Throws: code `invalidRequest`, effect `none`, for what RunPod would refuse.
  func document(_ order: RentalOrder) throws(ProviderError) -> String {
    let name = OwnershipName(
      label: Self.label(order.name), intent: order.token.value, installation: order.tags[OwnershipTags.installation] ?? "",
      owner: order.tags[OwnershipTags.owner] ?? "")
    var fields: [String: JSONValue] = [
      "name": .string(name.text), "image": .string(image), "cloud": .string(cloud.rawValue), "disk": .int(diskGigabytes),
      "args": .string(try command(order.bootScript)), "env": .object(try environment(order.tags)),
    ]
    switch compute {
    case .gpu(let id, let count):
      var gpu: [String: JSONValue] = ["id": .string(id), "count": .int(Int64(count))]
      gpu["minCudaVersion"] = leastCUDA.map { .string($0) }
      fields["gpu"] = .object(gpu)
    case .cpu(let id, let cores): fields["cpu"] = .object(["id": .string(id), "vcpuCount": .int(cores)])
    }
    if !dataCenters.isEmpty { fields["dataCenterIds"] = .array(dataCenters.map { .string($0) }) }
    fields["registry"] = registry.map { .string($0) }
    fields["mounts"] = volume.map { volume in
      .object(["network": .array([.object(["volumeId": .string(volume.id), "path": .string(volume.path)])])])
    }
    let text = try Self.text(.object(fields))
    guard text.utf8.count <= Self.longest else {
      throw ProviderError(
        .invalidRequest, "what the pod is made of is \(text.utf8.count) bytes long; RunPod takes \(Self.longest)",
        hints: ["give the run fewer tags"])
    }
    return text
  }

  /// The container's command in the stored form of `args`, which replaces the image's own entry point whatever that is.
  private func command(_ script: String) throws(ProviderError) -> String {
    try Self.text(.object(["entrypoint": .array(["/bin/sh", "-c"].map { .string($0) }), "cmd": .array([.string(script)])]))
  }

  /// The tags, for pods have none. Whoever may see the pod may read them: they hold no secret.
  private func environment(_ tags: [String: String]) throws(ProviderError) -> [String: JSONValue] {
    var environment = [CreatePod.tagsVariable: JSONValue.string(try Self.text(.object(tags.mapValues { .string($0) })))]
    environment[RunPodAddress.variable] = api.map { .string($0) }
    return environment
  }

  private static func label(_ name: String) -> String { name.hasPrefix("runpilot-") ? String(name.dropFirst(9)) : name }

  private static func text(_ value: JSONValue) throws(ProviderError) -> String {
    guard let data = try? JSON.encode(value, compact: true) else {
      throw ProviderError(.invalidRequest, "what the pod is made of cannot be written down")
    }
    return String(decoding: data, as: UTF8.self)
  }
}
