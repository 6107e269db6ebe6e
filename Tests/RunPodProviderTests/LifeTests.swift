import Basics
import FoundationEssentials
import ProviderKit
import RunPilotTesting
import Testing
import TrainingModel

@testable import RunPodProvider

@Suite("A pod's life")
struct LifeTests {
  @Test("rented, listed with its owner, stopped, started, billed, ended")
  func life() async throws {
    let pods = try await TestRunPod()
    let rental = try await pods.composed()
    #expect(rental.place.machine == "1x RTX A4000" && rental.place.region == "secure")
    let made = try await pods.provider.send(rental)
    #expect(made.intent?.rawValue == rental.token.value)
    let listed = try #require(try await pods.provider.resources(.run(uid: pods.uid), after: nil).resources.first)
    #expect(listed.id == made.id && listed.installation == pods.installation && listed.owner == "tests@example.org")
    #expect(listed.runUID == pods.uid && listed.place?.machine == "1x RTX A4000" && listed.state == .running && listed.launchedAt != nil)
    try await pods.provider.stop(made.id)
    try await pods.provider.stop(made.id)
    #expect(try await pods.provider.status(of: made.id) == .stopped)
    try await pods.provider.start(made.id)
    #expect(try await pods.provider.status(of: made.id) == .running)
    try await pods.account.advanceClock(seconds: 3_600)
    #expect(try await pods.provider.end(made.id) == .destroyed)
    #expect(try await pods.provider.end(made.id) == .alreadyGone)
    #expect(try await pods.provider.status(of: made.id) == .gone)
    let now = Date()
    let bills = try await pods.provider.bills(of: made.id, from: now.addingTimeInterval(-7_200), to: now.addingTimeInterval(7_200))
    let sum = bills.reduce(Decimal(0)) { $0 + $1.amount.amount }
    #expect(sum > Decimal(string: "0.25") ?? 0 && sum < Decimal(string: "0.27") ?? 0, "\(bills)")
    #expect(zip(bills, bills.dropFirst()).allSatisfy { $0.to <= $1.from })
    #expect(try await pods.account.violations().isEmpty)
  }

  @Test("what never existed is gone, and ending it is no error")
  func never() async throws {
    let pods = try await TestRunPod()
    #expect(try await pods.provider.status(of: ResourceID("nobody00000000")) == .gone)
    #expect(try await pods.provider.end(ResourceID("nobody00000000")) == .alreadyGone)
    await #expect(throws: ProviderError.self) { try await pods.provider.stop(ResourceID("nobody00000000")) }
    #expect(try await pods.account.violations().isEmpty)
  }

  @Test("a lost answer, a broken proxy, a server that fails: exactly one pod", arguments: ["drop-answer", "html", "500", "429", "drop"])
  func exactlyOne(fault: String) async throws {
    let pods = try await TestRunPod()
    let rental = try await pods.composed()
    switch fault {
    case "drop-answer": try await pods.account.addFault(.dropAnswer, method: "POST", path: "/v2/pods")
    case "drop": try await pods.account.addFault(.drop, method: "POST", path: "/v2/pods")
    case "html": try await pods.account.addFault(.html, method: "POST", path: "/v2/pods")
    case "500": try await pods.account.addFault(.error(status: 500), method: "POST", path: "/v2/pods")
    default: try await pods.account.addFault(.error(status: 429, detail: "slowly", retryAfter: 1), method: "POST", path: "/v2/pods")
    }
    var made: Resource?
    var failures: [ProviderError] = []
    for _ in 0..<3 where made == nil {
      do throws(ProviderError) { made = try await pods.provider.send(rental) } catch { failures.append(error) }
    }
    // A caller that never heard of the first asks again, and finds it.
    let again = try await pods.provider.send(rental)
    #expect(again.id == made?.id)
    #expect(try await pods.account.pods().count == 1)
    let expected: [ProviderError.Effect] =
      switch fault {
      case "drop-answer": []
      case "429": [.none]
      default: [.unknown]
      }
    #expect(failures.map(\.effect) == expected, "\(failures)")
    #expect(try await pods.account.violations().isEmpty)
  }

  @Test("a lost answer whose pod no listing shows yet is waited for, by another process too")
  func slowListing() async throws {
    let pods = try await TestRunPod(account: ["listing_lag": .double(600)], settled: .seconds(120))
    let rental = try await pods.composed()
    try await pods.account.addFault(.dropAnswer, method: "POST", path: "/v2/pods")
    let error = await #expect(throws: ProviderError.self) { try await pods.provider.send(rental) }
    #expect(error?.effect == .unknown)
    async let again = pods.provider.send(rental)
    let asked = try await pods.account.log().count
    try await eventually { try await pods.account.log().count > asked + 2 }
    try await pods.account.advanceClock(seconds: 700)
    _ = try await again
    #expect(try await pods.account.pods().count == 1)
  }

  @Test("no listing, no second request: whoever cannot look does not send")
  func blind() async throws {
    let pods = try await TestRunPod()
    let rental = try await pods.composed()
    try await pods.account.addFault(.dropAnswer, method: "POST", path: "/v2/pods")
    try await pods.account.addFault(.error(status: 503), method: "GET", path: "/v2/pods", times: 20, skip: 1)
    for _ in 0..<2 {
      let error = await #expect(throws: ProviderError.self) { try await pods.provider.send(rental) }
      #expect(error?.effect == .unknown)
    }
    #expect(try await pods.account.log().count { $0.method == "POST" } == 1)
  }

  @Test("stock that is gone sends on to the next place; a GPU that does not exist is said so at once")
  func capacity() async throws {
    let pods = try await TestRunPod(["cloud": .string("any")], account: ["sold_out": .array([.string("NVIDIA A100 80GB PCIe")])])
    let places = try await pods.provider.candidates(for: pods.need(gpu: "A100"))
    #expect(places.map(\.place.machine) == ["1x A100 SXM"])
    let rental = try await pods.provider.compose(places[0], pods.order(pods.need(gpu: "A100")))
    try await pods.account.configure(["sold_out": .array([.string("NVIDIA A100-SXM4-80GB")])])
    #expect(
      try await pods.provider.candidates(for: pods.need(gpu: "A100 SXM")).count == 1, "stock changes: what is named is tried all the same")
    let error = await #expect(throws: ProviderError.self) { try await pods.provider.send(rental) }
    #expect(error?.code == .noCapacity && error?.effect == ProviderError.Effect.none)
    let unknown = await #expect(throws: ProviderError.self) { try await pods.provider.candidates(for: pods.need(gpu: "RTX 9999")) }
    #expect(unknown?.code == .invalidRequest)
    let spot = await #expect(throws: ProviderError.self) {
      try await pods.provider.candidates(for: RentalNeed(resources: ResourceNeed(), spot: true, architectures: ["x86_64"]))
    }
    #expect(spot?.message.contains("no spot") == true)
    #expect(try await pods.account.pods().isEmpty)
  }

  @Test("clouds, data centers, volumes, registries and machines without a GPU")
  func places() async throws {
    let pods = try await TestRunPod(["cloud": .string("any")])
    let both = try await pods.provider.candidates(for: pods.need())
    #expect(both.map(\.place.region) == ["community", "secure"])
    #expect(both.allSatisfy { $0.offer.pricePerHour != nil && $0.offer.priceSource?.contains("catalogue") == true })
    let volume = try await pods.account.makeVolume(in: "US-TX-3")
    let registry = try await pods.account.makeRegistry(named: "mine")
    let need = pods.need(options: ["network_volume": .string(volume), "registry": .string("mine"), "cloud": .string("secure")])
    let rental = try await pods.composed(need)
    let document = try JSON.decode(JSONValue.self, from: Data(rental.request.utf8))
    #expect(document["dataCenterIds"] == .array([.string("US-TX-3")]) && document["registry"] == .string(registry))
    let made = try await pods.provider.send(rental)
    let listed = try #require(try await pods.provider.resources(.everything, after: nil).resources.first)
    #expect(listed.attachments.map(\.id.rawValue) == [volume] && listed.attachments.allSatisfy { !$0.diesToo })
    _ = try await pods.provider.end(made.id)
    var small = pods.need(gpu: nil)
    small.resources.cpuMillis = 3_000
    let machines = try await pods.provider.candidates(for: small)
    #expect(machines.map(\.place.machine) == ["cpu3c-4", "cpu3g-4", "cpu5c-4"], "\(machines.map(\.place.machine))")
    _ = try await pods.provider.send(try await pods.provider.compose(machines[0], pods.order(small)))
    let error = await #expect(throws: ProviderError.self) {
      try await pods.composed(pods.need(options: ["network_volume": .string("nobody")]))
    }
    #expect(error?.code == .invalidRequest)
    #expect(try await pods.account.violations().isEmpty)
  }

  @Test("a key that may only read sees everything and rents nothing; a wrong one is said to be wrong, and never shown")
  func keys() async throws {
    let reader = try await TestRunPod(key: \.readKey)
    let rental = try await reader.composed()
    let error = await #expect(throws: ProviderError.self) { try await reader.provider.send(rental) }
    #expect(error?.code == .forbidden && error?.effect == ProviderError.Effect.none && error?.hints.isEmpty == false)
    #expect(try await reader.provider.resources(.ours, after: nil).resources.isEmpty)
    let wrong = try await TestRunPod(key: { _ in "rpa_wrong" })
    let refused = await #expect(throws: ProviderError.self) { try await wrong.provider.resources(.ours, after: nil) }
    #expect(refused?.code == .unauthorised && refused?.message.contains("rpa_wrong") == false)
    let none = try await TestRunPod(key: { _ in "  " })
    let missing = await #expect(throws: ProviderError.self) { try await none.provider.account() }
    #expect(missing?.code == .unauthorised && missing?.hints.contains { $0.contains("RUNPOD_API_KEY") } == true)
    #expect(try await reader.account.violations().isEmpty)
  }

  @Test("ten questions about single pods are one request; a quota that is used up is waited for, or said")
  func quota() async throws {
    let pods = try await TestRunPod(freshness: .seconds(600))
    try await pods.account.seed(30, named: "somebody-{n}")
    let all = try await pods.provider.resources(.everything, after: nil).resources
    #expect(all.count == 30)
    for resource in all.prefix(10) { #expect(try await pods.provider.status(of: resource.id) == .running) }
    #expect(try await pods.account.log().count == 1)
    try await pods.account.configure(["quota": .object(["hour": .int(1)])])
    let error = await #expect(throws: ProviderError.self) {
      for _ in 0..<3 { _ = try await pods.provider.resources(.everything, after: nil) }
    }
    #expect(error?.code == .throttled && error?.retryAfter ?? .zero > .seconds(60))
    let asked = try await pods.account.log().count
    _ = try? await pods.provider.resources(.everything, after: nil)
    #expect(try await pods.account.log().count == asked, "nobody is asked while the quota is known to be used up")
  }

  @Test("who asks, whether it may, and what stands in the way")
  func check() async throws {
    let pods = try await TestRunPod(["mailbox": .string("s3://b/p"), "account": .string("team")])
    let results = await pods.provider.check()
    #expect(results.map(\.name) == ["key", "account", "mailbox", "pods", "renting"])
    #expect(results.allSatisfy { $0.outcome == .ok }, "\(results)")
    #expect(try await pods.provider.account() == RentalAccount(id: "team", identity: "me@here"))
    let wrong = try await TestRunPod(key: { _ in "rpa_wrong" })
    #expect(await wrong.provider.check().map(\.outcome) == [.ok, .failed, .failed])
    #expect(try await pods.account.violations().isEmpty)
  }

  @Test("without a key there are still offers, from what came with the program; with one, live ones")
  func offers() async throws {
    let pods = try await TestRunPod()
    var need = ResourceNeed()
    need.gpus = .count(2)
    need.gpuType = "A100"
    let live = try await pods.provider.offers(for: need)
    #expect(live.first?.machine == "2x A100 PCIe" && live.first?.priceSource == "RunPod's catalogue")
    #expect(live.first?.gpuMemory == ByteSize("80GiB") && live.first?.cpuCores == 16 && live.first?.memory == ByteSize("234GiB"))
    #expect(live.first?.region == "secure" && live.first?.isSpot == false)
    let without = try await TestRunPod(key: { _ in "" })
    let bundled = try await without.provider.offers(for: need)
    #expect(bundled.first?.machine == "2x A100 PCIe" && bundled.first?.pricedOn == "2026-11-21")
    #expect(bundled.last?.pricePerHour == nil, "what nobody knows is not guessed")
  }
}
