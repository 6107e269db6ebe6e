import Basics
import FoundationEssentials
import ProviderKit
import TrainingModel

/// What a machine is rented with: the document that is sent, and the script that is handed over once the machine can be reached.
struct MachineRequest: Sendable, Codable, Equatable {
  /// The document of a `POST /vms/create`.
  var body: String
  /// What the machine is to run as root.
  var script: String

  init(body: String, script: String) {
    self.body = body
    self.script = script
  }

  /// Reads what the ledger has.
  init(_ text: String) throws(ProviderError) {
    guard let read = try? JSON.decode(MachineRequest.self, from: Data(text.utf8)) else {
      throw ProviderError(.invalidRequest, "that is no request for a machine of Lyceum's")
    }
    self = read
  }

  /// The request for a place.
  init(profile: String, count: Int, market: RentalPlace.Market, publicKey: String, _ order: RentalOrder) throws(ProviderError) {
    let name = OwnershipName(
      label: order.name.hasPrefix("runpilot-") ? String(order.name.dropFirst(9)) : order.name, intent: order.token.value,
      installation: order.tags[OwnershipTags.installation] ?? "", run: order.tags[OwnershipTags.run],
      owner: order.tags[OwnershipTags.owner] ?? "")
    let fields: [String: JSONValue] = [
      "user_public_key": .string(publicKey), "hardware_profile": .string(profile),
      "instance_type": .string(market == .spot ? "spot" : "on-demand"),
      // Named here, and not beside it, where it is not read: a machine without a number has one GPU.
      "instance_specs": .object(["gpu_count": .int(Int64(count))]), "display_name": .string(name.text),
    ]
    guard let data = try? JSON.encode(JSONValue.object(fields), compact: true) else {
      throw ProviderError(.invalidRequest, "what the machine is made of cannot be written down")
    }
    self.init(body: String(decoding: data, as: UTF8.self), script: order.bootScript)
  }

  /// As the ledger keeps it.
  func text() throws(ProviderError) -> String {
    guard let data = try? JSON.encode(self, compact: true) else {
      throw ProviderError(.invalidRequest, "what the machine is made of cannot be written down")
    }
    return String(decoding: data, as: UTF8.self)
  }
}
