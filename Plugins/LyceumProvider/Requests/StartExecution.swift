import Basics
import FoundationEssentials
import ProviderKit
import TrainingModel

/// Everything that one execution is started with: made into the exact document that the ledger keeps and that is sent.
struct StartExecution: Sendable {
  /// Such as `gpu.l40s`.
  var profile: String
  var image: String
  /// When it must be over: the vendor ends it then.
  var seconds: Int64

  /// The document.
  /// - Throws: code `invalidRequest`, effect `none`.
  func document(_ order: RentalOrder) throws(ProviderError) -> String {
    let name = OwnershipName(
      label: order.name.hasPrefix("runpilot-") ? String(order.name.dropFirst(9)) : order.name, intent: order.token.value,
      installation: order.tags[OwnershipTags.installation] ?? "", run: order.tags[OwnershipTags.run],
      owner: order.tags[OwnershipTags.owner] ?? "")
    let fields: [String: JSONValue] = [
      "docker_image_ref": .string(image), "docker_run_cmd": .array(["/bin/sh", "-c", order.bootScript].map { .string($0) }),
      "execution_type": .string(profile), "timeout": .int(seconds), "enable_s3_mount": .bool(false), "s3_mount_path": .string("/mnt/s3"),
      "file_name": .string(name.text), "run_name": .string(order.name), "labels": .array([.string("runpilot")]),
    ]
    guard let data = try? JSON.encode(JSONValue.object(fields), compact: true) else {
      throw ProviderError(.invalidRequest, "what the execution is made of cannot be written down")
    }
    return String(decoding: data, as: UTF8.self)
  }
}
