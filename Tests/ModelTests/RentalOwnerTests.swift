import FoundationEssentials
import ProviderKit
import Testing
import TrainingModel

@Suite("In whose name something is rented")
struct RentalOwnerTests {
  private struct NoAgents: AgentStarting {
    var executable: String? { nil }
    func start(_ job: AgentJob, request: LaunchRequest) throws(ProviderError) -> AgentFacts {
      throw ProviderError(.invalidRequest, "nothing starts here")
    }
  }

  private func context(_ owner: String, configured: Bool) -> ProviderContext {
    ProviderContext(
      environment: [:], home: "/h", installation: "i", owner: owner, ownerIsConfigured: configured, agent: NoAgents(), now: { Date() })
  }

  @Test(
    "The setting decides, then who the vendor says we are, then user@host",
    arguments: [
      ("ada@example.org", true, "arn:x:sts::1:me", "ada@example.org"), ("ada@laptop", false, "arn:x:sts::1:me", "arn:x:sts::1:me"),
      ("ada@laptop", false, nil, "ada@laptop"), ("root@trainer-3", false, nil, "root@trainer-3"), (" ada ", true, nil, "ada"),
    ] as [(String, Bool, String?, String)])
  func order(_ owner: String, _ configured: Bool, _ identity: String?, _ expected: String) throws {
    #expect(try context(owner, configured: configured).rentalOwner(identity: identity) == expected)
  }

  @Test(
    "An account that every machine of an image has is nobody, wherever it came from",
    arguments: ["root", "Root", "ubuntu", "ec2-user", "cloud-user", "debian", " ubuntu ", ""])
  func nobody(_ name: String) {
    for (owner, configured, identity) in [(name, true, nil), ("ada@laptop", false, name), (name, false, nil)] as [(String, Bool, String?)] {
      #expect {
        try context(owner, configured: configured).rentalOwner(identity: identity)
      } throws: { error in
        let error = error as? ProviderError
        return error?.code == .invalidRequest && error?.effect == ProviderError.Effect.none && error?.hints.isEmpty == false
      }
    }
  }
}
