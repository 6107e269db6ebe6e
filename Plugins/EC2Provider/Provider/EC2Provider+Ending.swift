import AWSSupport
import Basics
public import ProviderKit
public import SafeCleanup
import TrainingModel
import XML

extension EC2Provider {
  /// Ends a machine, or deletes a disk, snapshot or security group; EC2's own protection is honoured.
  public func destroy(_ permit: consuming CleanupPermit) async throws(ProviderError) -> Destruction {
    try await end(permit.resource)
  }

  func end(_ resource: ResourceID) async throws(ProviderError) -> Destruction {
    let kind = try Self.kind(of: resource)
    let ended = try await inItsRegion(resource) { region throws(ProviderError) in
      if kind == .machine { return try await terminate(resource, region) }
      let action = kind == .volume ? "DeleteVolume" : kind == .snapshot ? "DeleteSnapshot" : "DeleteSecurityGroup"
      let form = EC2Calls.form(action, [kind.parameter: .text(resource.rawValue)])
      _ = try await ask(region, form, doing: "delete \(resource)", changes: true)
      return kind == .volume ? .pending(checkAgainIn: .seconds(5)) : .destroyed
    }
    return ended ?? .alreadyGone
  }

  private func terminate(_ resource: ResourceID, _ region: String) async throws(ProviderError) -> Destruction {
    let answer = try await ask(region, EC2Calls.terminate(resource.rawValue), doing: "end \(resource)", changes: true)
    let change = answer.items("instancesSet").first { $0.text("instanceId") == resource.rawValue }
    if InstanceAnswer.state(change?["previousState"]) == .gone, change?["previousState"] != nil { return .alreadyGone }
    if InstanceAnswer.state(change?["currentState"]) == .gone { return .destroyed }
    return .pending(checkAgainIn: .seconds(10))
  }
}
