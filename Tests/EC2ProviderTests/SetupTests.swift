import AWSSupport
import Basics
import FoundationEssentials
import ProviderKit
import RunPilotTesting
import Testing
import TrainingModel

@testable import EC2Provider

@Suite("Setting an account up")
struct SetupTests {
  @Test("everything is shown first, made once, and then there")
  func whole() async throws {
    let bucket = "runpilot-test-\(UUID().uuidString.lowercased())"
    let ec2 = try await TestEC2(["mailbox": .string("s3://\(bucket)/mail/")])
    let first = try await ec2.provider.setupSteps()
    #expect(first.map(\.id) == ["bucket", "lifecycle", "role", "policy", "profile", "attach"])
    #expect(first.allSatisfy { !$0.isDone })
    let before = await ec2.provider.check().first { $0.name == "mailbox" }
    #expect(before?.outcome == .failed && before?.detail.contains("NoSuchBucket") == true, "\(String(describing: before))")
    #expect(try await ec2.provider.setupSteps() == first, "looking changes nothing")
    for step in first { try await ec2.provider.carryOut(step) }
    let second = try await ec2.provider.setupSteps()
    #expect(second.filter { !$0.isDone }.map(\.id).isEmpty)
    #expect(second.compactMap(\.note).isEmpty)
    let after = await ec2.provider.check().first { $0.name == "mailbox" }
    #expect(after?.outcome == .warning && after?.detail.contains("by a session") == true, "\(String(describing: after))")
    #expect(try await ec2.provider.session.bucket(bucket).list(prefix: "", after: nil, page: nil).objects.isEmpty, "the probe is gone")
    for step in first where step.id != "bucket" && step.id != "attach" { try await ec2.provider.carryOut(step) }
    #expect(
      try await ec2.provider.settingsAfterSetup() == ["mailbox = \"s3://\(bucket)/mail\"", "instance_profile = \"runpilot-machine\""])
    #expect(try await ec2.account.violations().isEmpty)
  }

  @Test("names and documents")
  func documents() throws {
    let setup = try #require(AccountSetup(mailbox: nil, role: nil, account: "123", region: "eu-west-2", partition: "aws"))
    #expect(setup.mailbox == "s3://runpilot-123-eu-west-2/runpilot")
    #expect(setup.location.contains("<LocationConstraint>eu-west-2</LocationConstraint>"))
    let policy = try JSON.decode(JSONValue.self, from: Data(setup.policy.utf8))
    #expect(policy["Statement"]?.arrayValue?.first?["Resource"] == .string("arn:aws:s3:::runpilot-123-eu-west-2/runpilot/*"))
    _ = try JSON.decode(JSONValue.self, from: Data(AccountSetup.trust.utf8))
    for mailbox in ["bucket", "s3://", "s3://A_B/x", "s3://ab/x", "https://x/y"] {
      #expect(AccountSetup(mailbox: mailbox, role: nil, account: "1", region: "eu-west-2", partition: "aws") == nil, "\(mailbox)")
    }
    let own = AccountSetup(
      mailbox: "s3://own-bucket", role: "arn:aws:iam::1:instance-profile/mine", account: "1", region: "us-east-1", partition: "aws")
    #expect(own?.role == "mine")
    #expect(own?.location.isEmpty == true)
  }
}
