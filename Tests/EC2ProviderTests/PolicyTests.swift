import AWSSupport
import Basics
import FoundationEssentials
import ProviderKit
import RunPilotTesting
import Testing
import TrainingModel
import XML

@testable import EC2Provider

@Suite("The policy that docs/providers/aws.md asks for")
struct PolicyTests {
  /// The policy as people copy it.
  private static func documented() throws -> String {
    let root = Paths.parent(of: Paths.parent(of: Paths.parent(of: #filePath)))
    let text = try Files.readText(root + "/docs/providers/aws.md")
    let start = try #require(text.firstRange(of: "```json\n"))
    let end = try #require(text[start.upperBound...].firstRange(of: "```"))
    return String(text[start.upperBound..<end.lowerBound])
  }

  @Test("suffices for a whole life, on demand and spot", arguments: [false, true])
  func suffices(spot: Bool) async throws {
    let ec2 = try await TestEC2(policy: try Self.documented())
    let machine = try await ec2.launch(try await ec2.composed(spot: spot))
    #expect(machine.stateReason?.contains("may not end") != true)
    #expect(try await ec2.all().map(\.id) == [machine.id])
    try await ec2.provider.setTags(["runpilot:protected": "true"], on: machine.id)
    try await ec2.provider.setTags(["runpilot:protected": nil], on: machine.id)
    try await ec2.provider.setOwnEnd(of: machine.id, destroys: true)
    if !spot {
      try await ec2.provider.stop(machine.id)
      try await ec2.provider.start(machine.id)
    }
    _ = try await ec2.provider.end(machine.id)
    #expect(try await ec2.machines().isEmpty)
    let refused = await ec2.provider.check().filter { $0.outcome != .ok && $0.name != "mailbox" }
    #expect(refused.isEmpty, "\(refused)")
  }

  @Test("lets nobody end, stop or claim a machine that is not ours")
  func foreign() async throws {
    let ec2 = try await TestEC2(policy: try Self.documented())
    let image = try await ec2.provider.image(EC2Settings([:]), architecture: "x86_64", hasGPU: false, region: "us-east-1")
    let key = ec2.account.key
    let theirs = try await TestEC2(environment: ["AWS_ACCESS_KEY_ID": key.id, "AWS_SECRET_ACCESS_KEY": key.secret])
    let answer = try await theirs.provider.ask(
      "us-east-1",
      EC2Calls.form("RunInstances", ["ImageId": .text(image.id), "InstanceType": "t3.micro", "MinCount": 1, "MaxCount": 1]),
      doing: "rent for somebody else", changes: true)
    let id = try #require(answer.items("instancesSet").first?.text("instanceId"))
    for attempt in 0..<3 {
      let error = await #expect(throws: ProviderError.self) {
        switch attempt {
        case 0: _ = try await ec2.provider.end(ResourceID(id))
        case 1: try await ec2.provider.stop(ResourceID(id))
        default: try await ec2.provider.setTags(["CreatedBy": "runpilot"], on: ResourceID(id))
        }
      }
      #expect(error?.code == .forbidden)
      #expect(error?.effect == ProviderError.Effect.none)
    }
    #expect(try await ec2.machines() == [id])
  }
}
