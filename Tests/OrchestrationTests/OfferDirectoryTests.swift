import Basics
import ControlAPI
import FoundationEssentials
import ProviderKit
import SafeCleanup
import Synchronization
import Testing
import TrainingModel

@testable import Orchestration

/// Sells what it is told, or answers as badly as it is told.
private struct Shop: TrainingProvider {
  let answer: Result<[Offer], ProviderError>

  func offers(for need: ResourceNeed) async throws(ProviderError) -> [Offer] { try answer.get() }
  func launch(_ request: LaunchRequest, token: LaunchToken) async throws(ProviderError) -> Resource { throw Self.closed }
  func resources(_ scope: ListingScope, after page: PageToken?) async throws(ProviderError) -> ResourcePage { throw Self.closed }
  func status(of resource: ResourceID) async throws(ProviderError) -> ResourceState { throw Self.closed }
  func destroy(_ permit: consuming CleanupPermit) async throws(ProviderError) -> Destruction { throw Self.closed }
  private static let closed = ProviderError(.invalidRequest, "it only says what it would sell")
}

@Suite("Offers of all providers")
struct OfferDirectoryTests {
  private struct NoAgent: AgentStarting {
    var executable: String? { nil }
    func start(_ job: AgentJob, request: LaunchRequest) throws(ProviderError) -> AgentFacts {
      throw ProviderError(.invalidRequest, "no agent here")
    }
  }

  private func directory(_ shops: [(ProviderID, powers: [PowerDescription], any TrainingProvider)]) -> ProviderDirectory {
    let context = ProviderContext(
      environment: [:], home: "/nowhere", installation: "i", owner: "me@here", agent: NoAgent(), now: { Date(timeIntervalSince1970: 0) })
    let entries = shops.map { id, powers, provider in
      ProviderRegistry.Entry(
        settings: ProviderSettings(id: id, module: id.rawValue),
        descriptor: ProviderDescriptor(module: id.rawValue, summary: "a shop", powers: powers, runsContainers: false, isRented: true) {
          _, _ throws(ProviderError) in provider
        }, origin: "the test")
    }
    return ProviderDirectory(ProviderRegistry(entries: entries, defaultID: nil, context: context))
  }

  private func shop(_ error: ProviderError) -> Shop { Shop(answer: .failure(error)) }

  private func offer(_ machine: String, gpus: Int = 0, _ price: Int?) -> Offer {
    Offer(provider: "shop", machine: machine, gpuCount: gpus, pricePerHour: price.map { Money(Decimal($0)) }, priceSource: nil)
  }

  private static let noSpot = [PowerDescription("spot", false, "there is none")]

  @Test("who has nothing of the kind is told from who did not answer, and neither hides what the others have")
  func failures() async throws {
    let directory = directory([
      ("full", [], shop(ProviderError(.noCapacity, "no partition is up"))),
      ("other", [], shop(ProviderError(.invalidRequest, "it has no GPU 'X'"))),
      ("dead", [], shop(ProviderError(.unreachable, "no answer"))),
      ("shop", [], Shop(answer: .success([offer("m", 1)]))),
    ])
    let list = try await directory.offers(for: ResourceNeed(), in: [.onDemand], from: nil)
    #expect(list.offers.map(\.machine) == ["m"])
    #expect(list.refusals == ["full: no partition is up", "other: it has no GPU 'X'"] && list.failures == ["dead: no answer"])
    let alone = await #expect(throws: ProviderError.self) { try await directory.offers(for: ResourceNeed(), in: [.onDemand], from: "full") }
    #expect(alone?.code == .noCapacity, "of one that was named the error itself, with its hints")
  }

  @Test("without GPUs the machine's price decides, with GPUs each one's; unknown prices come last, equals keep their order")
  func order() async throws {
    let machines = [offer("unknown", gpus: 1, nil), offer("four", gpus: 4, 8), offer("two", gpus: 2, 5), offer("also four", gpus: 4, 8)]
    let directory = directory([("shop", [], Shop(answer: .success(machines)))])
    var need = ResourceNeed()
    #expect(
      try await directory.offers(for: need, in: [.onDemand], from: nil).offers.map(\.machine) == ["two", "four", "also four", "unknown"])
    need.gpus = .count(2)
    #expect(
      try await directory.offers(for: need, in: [.onDemand], from: nil).offers.map(\.machine) == ["four", "also four", "two", "unknown"])
  }

  @Test("spot prices of a region are shown once, where they are lowest; who has no such market is asked for it only by name")
  func spot() async throws {
    let cloud = FakeCloud { Date(timeIntervalSince1970: 0) }
    cloud.state.withLock { $0.candidates = ["b", "a"].map { FakeCloud.spotCandidate("small", $0) } }
    let refusing = FakeCloud { Date(timeIntervalSince1970: 0) }
    let directory = directory([
      ("cloud", [PowerDescription("spot", true, "there is")], cloud), ("plain", Self.noSpot, refusing),
      ("shop", Self.noSpot, Shop(answer: .success([offer("m", 1)]))),
    ])
    let spot = try await directory.offers(for: ResourceNeed(), in: [.spot], from: nil)
    #expect(spot.offers.map(\.zone) == ["b"] && spot.refusals.isEmpty && spot.failures.isEmpty)
    let both = try await directory.offers(for: ResourceNeed(), in: [.spot, .onDemand], from: nil)
    #expect(both.offers.map(\.machine) == ["small", "m"])
    #expect(try await directory.offers(for: ResourceNeed(), in: [.spot], from: "plain").offers.count == 1)
  }
}
