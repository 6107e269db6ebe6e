import AWSSupport
import Basics
import FoundationEssentials
import HTTPDirect
import ProviderKit
import Retrying
import RunPilotTesting
import TrainingModel

@testable import EC2Provider

/// A provider in front of an account of its own at the tests' cloud.
struct TestEC2 {
  let provider: EC2Provider
  let account: AWSAccount
  let uid = UUID().uuidString.lowercased()
  let installation = UUID().uuidString.lowercased()
  private let folder: TemporaryFolder

  /// - Parameters:
  ///   - values: settings on top of the region.
  ///   - policy: what its user may do; 123456789012 stands for the account.
  init(
    _ values: [String: JSONValue] = [:], account settings: AWSAccount.Settings = AWSAccount.Settings(), policy: String? = nil,
    environment: [String: String] = [:], now: @escaping @Sendable () -> Date = { Date() }
  ) async throws {
    folder = try TemporaryFolder()
    account = try await TestEngines.aws.account(settings)
    let key = if let policy { try await account.key(policy: policy.replacing("123456789012", with: account.id)) } else { account.key }
    var world = account.environment(as: key)
    world["HOME"] = folder.path
    let surroundings = AWSSurroundings(
      environment: world.merging(environment) { _, new in new }, readFile: { path throws(SystemError) in try Files.read(path) }, now: now,
      transport: DirectTransport(environment: [:]),
      runProgram: { _ throws(AWSConfigurationError) in throw AWSConfigurationError("no programs here") })
    provider = try EC2Provider(
      ProviderSettings(id: "aws", module: "aws", values: ["region": .string("us-east-1")].merging(values) { _, new in new }),
      surroundings: surroundings, home: folder.path,
      retry: Retry(RetryPolicy(maxAttempts: 3, base: .milliseconds(1), cap: .milliseconds(5)), budgets: RetryBudgets()))
  }

  /// A need of one small machine.
  func need(spot: Bool = false, options: [String: JSONValue] = ["instance_type": .string("t3.medium")]) -> RentalNeed {
    RentalNeed(resources: ResourceNeed(), spot: spot, options: options, architectures: ["x86_64"])
  }

  /// An order with the tags that ledgers write.
  func order(_ need: RentalNeed, ceiling: Money? = nil, script: String = "#!/bin/sh\ntrue\n") -> RentalOrder {
    let intent = UUID().uuidString.lowercased()
    let tags = [
      OwnershipTags.createdBy: "runpilot", OwnershipTags.owner: "tests", OwnershipTags.installation: installation,
      OwnershipTags.intent: intent, OwnershipTags.run: uid, OwnershipTags.expires: "2026-11-22T00:00:00Z",
      OwnershipTags.rate: "0.0416 USD/h; list; 2026-07-20",
    ]
    return RentalOrder(token: LaunchToken(intent), tags: tags, bootScript: script, name: "a run", need: need, maximumHourly: ceiling)
  }

  /// Composes a launch at the cheapest place.
  func composed(spot: Bool = false, ceiling: Money? = nil) async throws -> ComposedLaunch {
    let need = need(spot: spot)
    guard let first = try await provider.candidates(for: need).first else { throw ProviderError(.noCapacity, "no candidate") }
    return try await provider.compose(first, order(need, ceiling: ceiling))
  }

  func launch(_ rental: ComposedLaunch) async throws(ProviderError) -> Resource {
    guard let form = QueryForm(body: rental.request) else { throw ProviderError(.invalidRequest, "no form") }
    return try await provider.send(rental, form)
  }

  /// Everything of this test's run, all pages.
  func all(_ scope: ListingScope? = nil) async throws -> [Resource] {
    var found: [Resource] = []
    var page: PageToken?
    repeat {
      let answer = try await provider.resources(scope ?? .run(uid: uid), after: page)
      found += answer.resources
      page = answer.next
    } while page != nil
    return found
  }

  /// Machines that exist, whether listings show them or not.
  func machines() async throws -> [String] {
    try await account.machines().filter { $0["state"]?.stringValue != "terminated" }.compactMap { $0["id"]?.stringValue }
  }
}
