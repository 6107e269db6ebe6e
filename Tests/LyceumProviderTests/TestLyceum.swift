import Basics
import FoundationEssentials
import HTTPDirect
import ProviderKit
import Retrying
import RunPilotTesting
import TrainingModel

@testable import LyceumProvider

/// A provider in front of an account of its own at the tests' Lyceum.
struct TestLyceum {
  let provider: LyceumProvider
  let account: LyceumAccount
  let uid = UUID().uuidString.lowercased()
  let installation = UUID().uuidString.lowercased()

  init(
    _ values: [String: JSONValue] = [:], account settings: [String: JSONValue] = [:], key: String? = nil,
    settled: Duration = .milliseconds(300),
    home: String = "/nowhere"
  ) async throws {
    account = try await TestEngines.lyceum.account(settings)
    let all = ["api_url": JSONValue.string(account.engine.endpoint)].merging(values) { _, new in new }
    provider = try LyceumProvider(
      ProviderSettings(id: "lyceum", module: "lyceum", values: all),
      environment: ["LYCEUM_API_KEY": key ?? account.key, "PATH": "/usr/bin:/bin"], home: home,
      transport: DirectTransport(environment: [:]),
      retry: Retry(RetryPolicy(maxAttempts: 3, base: .milliseconds(1), cap: .milliseconds(5)), budgets: RetryBudgets()),
      pace: LyceumProvider.Pace(settled: settled, look: .milliseconds(50)),
      readFile: { path throws(SystemError) in try Files.read(path) }, now: { Date() })
  }

  func need(gpu: String? = "A100") -> RentalNeed {
    var resources = ResourceNeed()
    resources.gpuType = gpu
    return RentalNeed(resources: resources, architectures: ["x86_64"])
  }

  /// Composes a launch at the cheapest place.
  func composed(_ need: RentalNeed? = nil) async throws -> ComposedLaunch {
    let need = need ?? self.need()
    guard let first = try await provider.candidates(for: need).first else { throw ProviderError(.noCapacity, "no candidate") }
    let intent = UUID().uuidString.lowercased()
    let expires = Date(timeIntervalSinceNow: 3_600).formatted(.iso8601)
    let tags = [
      OwnershipTags.owner: "tests@example.org", OwnershipTags.installation: installation, OwnershipTags.run: uid,
      OwnershipTags.intent: intent, OwnershipTags.expires: expires,
    ]
    var order = RentalOrder(
      token: LaunchToken(intent), tags: tags, bootScript: "echo hello\n", name: "runpilot-rp_0001", need: need)
    order.image = "runpilot-test/machine:1"
    return try await provider.compose(first, order)
  }
}
