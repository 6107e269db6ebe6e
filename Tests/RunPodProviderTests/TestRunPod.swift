import Basics
import FoundationEssentials
import HTTPDirect
import ProviderKit
import Retrying
import RunPilotTesting
import TrainingModel

@testable import RunPodProvider

/// A provider in front of an account of its own at the tests' RunPod.
struct TestRunPod {
  let provider: RunPodProvider
  let account: RunPodAccount
  let uid = UUID().uuidString.lowercased()
  let installation = UUID().uuidString.lowercased()

  /// - Parameters:
  ///   - values: settings on top of the API's address.
  ///   - account: settings of the account; or one that is there.
  ///   - key: another key than the one that may do everything.
  init(
    _ values: [String: JSONValue] = [:], account settings: [String: JSONValue] = [:], in existing: RunPodAccount? = nil,
    key: ((RunPodAccount) -> String)? = nil, settled: Duration = .milliseconds(300), freshness: Duration = .seconds(15)
  ) async throws {
    if let existing { account = existing } else { account = try await TestEngines.runPod.account(settings) }
    var pace = RunPodProvider.Pace()
    (pace.settled, pace.look, pace.logPause) = (settled, .milliseconds(50), .seconds(2))
    pace.freshness = freshness
    let environment = ["RUNPOD_API_KEY": key?(account) ?? account.key]
    let settings = ProviderSettings(
      id: "runpod", module: "runpod", values: ["api_url": .string(account.engine.endpoint)].merging(values) { _, new in new })
    provider = try RunPodProvider(
      settings, environment: environment, owner: "me@here", transport: DirectTransport(environment: [:]),
      retry: Retry(RetryPolicy(maxAttempts: 3, base: .milliseconds(1), cap: .milliseconds(5)), budgets: RetryBudgets()), pace: pace,
      readFile: { path throws(SystemError) in try Files.read(path) }, now: { Date() })
  }

  /// A need of one small GPU.
  func need(gpu: String? = "RTX A4000", count: Int = 1, options: [String: JSONValue] = [:]) -> RentalNeed {
    var resources = ResourceNeed()
    resources.gpus = gpu == nil ? .none : .count(count)
    resources.gpuType = gpu
    return RentalNeed(resources: resources, options: options, architectures: ["x86_64"])
  }

  /// An order with the tags that ledgers write.
  func order(_ need: RentalNeed, script: String = "true\n", image: String? = "runpilot-test/machine:1") -> RentalOrder {
    let intent = UUID().uuidString.lowercased()
    let tags = [
      OwnershipTags.createdBy: "runpilot", OwnershipTags.owner: "tests@example.org", OwnershipTags.installation: installation,
      OwnershipTags.intent: intent, OwnershipTags.run: uid, OwnershipTags.expires: "2026-11-22T00:00:00Z",
      OwnershipTags.rate: "0.25 USD/h; list; 2026-07-20",
    ]
    var order = RentalOrder(token: LaunchToken(intent), tags: tags, bootScript: script, name: "runpilot-rp_0001", need: need)
    order.image = image
    return order
  }

  /// Composes a launch at the cheapest place.
  func composed(_ need: RentalNeed? = nil) async throws -> ComposedLaunch {
    let need = need ?? self.need()
    guard let first = try await provider.candidates(for: need).first else { throw ProviderError(.noCapacity, "no candidate") }
    return try await provider.compose(first, order(need))
  }
}
