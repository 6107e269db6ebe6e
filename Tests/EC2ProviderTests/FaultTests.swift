import Basics
import FoundationEssentials
import ProviderKit
import RunPilotTesting
import Testing
import TrainingModel

@testable import EC2Provider

@Suite("EC2 over a network that lies")
struct FaultTests {
  /// A rehearsal says so; a launch does not.
  private static let launch = ["DryRun": ""]

  @Test("an answer that is lost, asked for again under the same token: one machine")
  func lost() async throws {
    let ec2 = try await TestEC2()
    let rental = try await ec2.composed()
    try await ec2.account.addFault(.dropAnswer, action: "RunInstances", parameters: Self.launch)
    let machine = try await ec2.launch(rental)
    let sent = try await ec2.account.log(action: "RunInstances").filter { $0.parameters["DryRun"] == nil }
    #expect(sent.count == 2)
    #expect(sent.last?.wasReplayed == true)
    #expect(sent.first?.parameters == sent.last?.parameters, "verbatim")
    #expect(try await ec2.launch(rental).id == machine.id)
    #expect(try await ec2.machines() == [machine.id.rawValue])
  }

  @Test("answers that are always lost leave the effect unknown, and a later verbatim retry settles it")
  func unknown() async throws {
    let ec2 = try await TestEC2()
    let rental = try await ec2.composed()
    try await ec2.account.addFault(.dropAnswer, action: "RunInstances", parameters: Self.launch, times: 3)
    let error = await #expect(throws: ProviderError.self) { try await ec2.launch(rental) }
    #expect(error?.effect == .unknown)
    let machine = try await ec2.launch(rental)
    #expect(try await ec2.machines() == [machine.id.rawValue])
  }

  @Test("half an answer is no answer")
  func half() async throws {
    let ec2 = try await TestEC2()
    let rental = try await ec2.composed()
    try await ec2.account.addFault(.truncate, action: "RunInstances", parameters: Self.launch)
    let machine = try await ec2.launch(rental)
    #expect(try await ec2.machines() == [machine.id.rawValue])
    let foreign = try await TestEC2()
    let other = try await foreign.composed()
    try await foreign.account.addFault(
      .answer(status: 200, body: "<html>sign in to the hotel's network</html>"), action: "RunInstances", parameters: Self.launch)
    let error = await #expect(throws: ProviderError.self) { try await foreign.launch(other) }
    #expect(error?.effect == .unknown)
  }

  @Test("a refusal that was given unread does not settle what a lost request did; one that read it does")
  func doubt() async throws {
    let ec2 = try await TestEC2()
    let rental = try await ec2.composed()
    try await ec2.account.addFault(.dropAnswer, action: "RunInstances", parameters: Self.launch)
    try await ec2.account.addFault(.error("UnauthorizedOperation"), action: "RunInstances", parameters: Self.launch)
    let refused = await #expect(throws: ProviderError.self) { try await ec2.launch(rental) }
    #expect(refused?.code == .forbidden)
    #expect(refused?.effect == .unknown)
    try await ec2.account.addFault(.answer(status: 500, body: ""), action: "RunInstances", parameters: Self.launch)
    try await ec2.account.addFault(.error("InsufficientInstanceCapacity"), action: "RunInstances", parameters: Self.launch)
    let none = await #expect(throws: ProviderError.self) { try await ec2.launch(rental) }
    #expect(none?.code == .noCapacity)
    #expect(none?.effect == ProviderError.Effect.none)
  }

  @Test("no capacity is said at once, once, and changes nothing")
  func capacity() async throws {
    let ec2 = try await TestEC2()
    let rental = try await ec2.composed()
    let fault = try await ec2.account.addFault(
      .error("InsufficientInstanceCapacity"), action: "RunInstances", parameters: Self.launch, times: 9)
    let error = await #expect(throws: ProviderError.self) { try await ec2.launch(rental) }
    #expect(error?.code == .noCapacity)
    #expect(error?.effect == ProviderError.Effect.none)
    #expect(try await ec2.account.hits(fault) == 1)
    #expect(try await ec2.machines().isEmpty)
  }

  @Test("throttling is waited out, in the middle of a listing too")
  func throttling() async throws {
    let ec2 = try await TestEC2()
    let machine = try await ec2.launch(try await ec2.composed())
    try await ec2.account.addFault(.error("RequestLimitExceeded"), action: "Describe.*", times: 2)
    #expect(try await ec2.all().map(\.id) == [machine.id])
  }

  @Test("a machine that has ended since is applied and gone, never rented again")
  func ended() async throws {
    let ec2 = try await TestEC2()
    let rental = try await ec2.composed()
    let machine = try await ec2.launch(rental)
    _ = try await ec2.provider.end(machine.id)
    let error = await #expect(throws: ProviderError.self) { try await ec2.launch(rental) }
    #expect(error?.effect == .applied)
    #expect(try await ec2.machines().isEmpty)
  }

  @Test("a token that was used with another request is not known to have done nothing")
  func mismatch() async throws {
    let ec2 = try await TestEC2()
    let rental = try await ec2.composed()
    _ = try await ec2.launch(rental)
    var other = rental
    other.request = rental.request.replacing("InstanceType=t3.medium", with: "InstanceType=t3.large")
    let error = await #expect(throws: ProviderError.self) { try await ec2.launch(other) }
    #expect(error?.code == .conflict)
    #expect(error?.effect == .unknown)
  }

  @Test("a region that does not answer is a gap, and the others are listed; a region alone is an error")
  func gaps() async throws {
    let ec2 = try await TestEC2(["regions": .array([.string("eu-west-1")])])
    try await ec2.account.addFault(.error("UnauthorizedOperation"), action: "DescribeInstances")
    let first = try await ec2.provider.resources(.run(uid: ec2.uid), after: nil)
    #expect(!first.isComplete)
    #expect(first.gaps.count == 1)
    #expect(first.gaps.first?.hasPrefix("us-east-1: ") == true)
    let second = try await ec2.provider.resources(.run(uid: ec2.uid), after: first.next)
    #expect(second.isComplete)
    let alone = try await TestEC2()
    try await alone.account.addFault(.error("UnauthorizedOperation"), action: "DescribeInstances")
    await #expect(throws: ProviderError.self) { try await alone.all() }
  }

  @Test("composing rents nothing, and its rehearsal carries neither token nor tags")
  func rehearsal() async throws {
    let ec2 = try await TestEC2()
    _ = try await ec2.composed()
    let rehearsals = try await ec2.account.log(action: "RunInstances")
    #expect(rehearsals.count == 1)
    for line in rehearsals {
      #expect(line.parameters["DryRun"] == .string("true"))
      #expect(line.parameters["ClientToken"] == nil)
      #expect(line.parameters["UserData"] == nil)
    }
    #expect(try await ec2.machines().isEmpty)
    #expect(try await ec2.account.violations().isEmpty)
  }
}
