import Basics
import FoundationEssentials
import PluginProtocol
import ProviderKit
import SafeCleanup
import Testing
import TrainingModel

/// What goes over the wire comes out as it went in. A field that somebody adds to the model fails here until the wire carries it.
@Suite("Values on the wire")
struct WireValueTests {
  private func over<Value: Codable>(_ value: Value) throws -> Value { try JSON.decode(Value.self, from: JSON.encode(value, compact: true)) }

  /// Every field has a value of its own: a new one without is found.
  private func isFull(_ value: Any, besides usual: Set<String> = []) -> [String] {
    Mirror(reflecting: value).children.compactMap { child in
      let words = "\(child.value)"
      return ["nil", "[]", "[:]", "false", "none", "0"].contains(words) && !usual.contains(child.label ?? "") ? child.label : nil
    }
  }

  private static let time = Date(timeIntervalSince1970: 1_790_000_000.25)
  private static let place = RentalPlace(provider: "p", account: "a", region: "r", zone: "z", machine: "m", market: .spot)
  private static let meter = Meter(
    .disk, "100 GB", hourly: Money(Decimal(string: "0.0110") ?? 0, "EUR"), isCeiling: true, source: "list", asOf: "2026-11-21",
    minimumSeconds: 60,
    span: .running)

  private static var needed: RentalNeed {
    var need = ResourceNeed()
    (need.gpus, need.gpuType, need.cpuMillis) = (.ids(["0", "GPU-1"]), "H100", 1_500)
    (need.memory, need.sharedMemory, need.disk) = (ByteSize(bytes: 1), ByteSize(bytes: 2), ByteSize(bytes: 3))
    return RentalNeed(resources: need, spot: true, options: ["zone": .string("b")], architectures: ["x86_64"])
  }

  @Test("needs")
  func needs() throws {
    #expect(isFull(Self.needed).isEmpty && isFull(Self.needed.resources).isEmpty)
    #expect(try over(WireRentalNeed(Self.needed)).need == Self.needed)
    for gpus in [GPUNeed.none, .all, .count(0), .count(8), .ids([])] {
      var need = ResourceNeed()
      need.gpus = gpus
      #expect(try over(WireNeed(need)).need == need)
    }
  }

  @Test("candidates, with their offer, place and meters")
  func candidates() throws {
    var offer = Offer(provider: "p", machine: "m", gpuType: "H100", gpuCount: 8, pricePerHour: Money(12, "EUR"), priceSource: "list")
    (offer.gpuMemory, offer.cpuCores, offer.memory) = (ByteSize(bytes: 1), 2, ByteSize(bytes: 3))
    (offer.region, offer.zone, offer.isSpot, offer.pricedOn) = ("r", "z", true, "2026-11-21")
    var candidate = RentalCandidate(place: Self.place, offer: offer, architecture: "aarch64", meters: [Self.meter])
    candidate.longestSeconds = 3_600
    #expect(isFull(candidate).isEmpty && isFull(offer).isEmpty && isFull(Self.place).isEmpty && isFull(Self.meter).isEmpty)
    #expect(try over(WireCandidate(candidate)).candidate(of: "p") == candidate)
    #expect(try over(WireOffer(offer)).offer(of: "p") == offer)
  }

  @Test("orders")
  func orders() throws {
    var order = RentalOrder(
      token: LaunchToken("t"), tags: ["k": "v"], bootScript: "#!/bin/sh\n", name: "n", need: Self.needed,
      maximumHourly: Money(Decimal(string: "0.1") ?? 0))
    (order.image, order.lifetimeSeconds, order.mayRestart) = ("python:3", 60, true)
    // A plugin is given the runs of a sweep one by one: the power to take it whole does not go over the wire, and so neither does a share of it.
    #expect(isFull(order) == ["sweep"])
    let back = try over(WireOrder(order)).order
    #expect(back.token == order.token && back.tags == order.tags && back.bootScript == order.bootScript && back.name == order.name)
    #expect(back.need == order.need && back.maximumHourly == order.maximumHourly)
    #expect(back.mayRestart && back.image == order.image && back.lifetimeSeconds == order.lifetimeSeconds)
    #expect(Mirror(reflecting: order).children.count == 10, "compare the new one, too")
  }

  @Test("resources")
  func resources() throws {
    var resource = Resource(id: ResourceID("i"), provider: "p", kind: "volume", state: .stopping, runUID: "u")
    (resource.name, resource.installation, resource.owner, resource.intent) = ("n", "h", "o", IntentID("x"))
    (resource.launchedAt, resource.endedAt, resource.stateReason, resource.place) = (Self.time, Self.time, "why", Self.place)
    (resource.hasVendorProtection, resource.isFromImage, resource.attachedTo) = (true, true, ResourceID("m"))
    resource.attachments = [.init(id: ResourceID("d"), diesToo: true, isRoot: true)]
    (resource.meters, resource.tags) = ([Self.meter], ["k": "v"])
    #expect(isFull(resource).isEmpty)
    #expect(try over(WireResource(resource)).resource(of: "p") == resource)
  }

  @Test("whose a resource is, is read from its tags where nothing else says it")
  func tags() throws {
    let text = """
      {"id": "i", "state": "running", "tags": {"runpilot:run": "u", "runpilot:owner": "o", "runpilot:installation": "h", "runpilot:intent": "x"}}
      """
    let resource = try JSON.decode(WireResource.self, from: Data(text.utf8)).resource(of: "p")
    #expect(
      resource.runUID == "u" && resource.owner == "o" && resource.installation == "h" && resource.intent == IntentID("x")
        && resource.kind == "machine")
  }

  @Test("errors, with every code, effect and hint")
  func errors() throws {
    let codes: [ProviderError.Code] = [
      .throttled, .unreachable, .noCapacity, .quotaExceeded, .unauthorised, .forbidden, .notFound, .invalidRequest, .conflict, .vendorFault,
    ]
    for code in codes {
      for effect in [ProviderError.Effect.none, .unknown, .applied] {
        let error = ProviderError(
          code, "m", vendorCode: "V", requestID: "r", effect: effect, retryAfter: .milliseconds(1_500), hints: ["`do`"])
        #expect(try over(WireFailure(error)).providerError(isMutation: true) == error)
      }
    }
    // Who does not say what it did, did nobody knows what.
    let mute = WireFailure(-32_000, "m")
    #expect(mute.providerError(isMutation: true).effect == .unknown && mute.providerError(isMutation: false).effect == .none)
    #expect(WireFailure(PluginProtocol.unknownMethod, "m").providerError(isMutation: true).effect == .none)
    var cancelled = WireFailure(-32_000, "m", .init("canceled", effect: "none"))
    cancelled.data?.created = ["i"]
    #expect(cancelled.providerError(isMutation: true).effect == .unknown)
  }

  @Test("amounts are digits in a string, and nothing else")
  func money() throws {
    let exact = Money(Decimal(string: "0.1000000000000000055511151231257827") ?? 0)
    #expect(try over(WireMoney(exact)).money == exact)
    for text in [#"{"amount": 0.5}"#, #"{"amount": "1e3"}"#, #"{"amount": "-1"}"#, #"{"amount": ""}"#, #"{"amount": "1,5"}"#, "{}"] {
      #expect(throws: DecodingError.self) { try JSON.decode(WireMoney.self, from: Data(text.utf8)) }
    }
  }

  @Test("machines, with how they boot and end")
  func machines() throws {
    for form in [BootForm.machine, .container(end: "curl x"), .job(folder: "/shared", queueSeconds: 60)] {
      let machine = PluginFacts.Machine(of: Cluster(bootForm: form))
      #expect(try over(machine).bootForm == form && machine.end == "leave")
    }
  }

  /// A provider of which only its machines matter.
  private struct Cluster: RentingProvider {
    let bootForm: BootForm
    var machineEnd: String { "leave" }
    var consistencyWindow: Duration { .zero }
    func account() async throws(ProviderError) -> RentalAccount { throw ProviderError(.invalidRequest, "") }
    func candidates(for need: RentalNeed) async throws(ProviderError) -> [RentalCandidate] { [] }
    func compose(_ candidate: RentalCandidate, _ order: RentalOrder) async throws(ProviderError) -> ComposedLaunch {
      throw ProviderError(.invalidRequest, "")
    }
    func offers(for need: ResourceNeed) async throws(ProviderError) -> [Offer] { [] }
    func launch(_ request: LaunchRequest, token: LaunchToken) async throws(ProviderError) -> Resource {
      throw ProviderError(.invalidRequest, "")
    }
    func resources(_ scope: ListingScope, after page: PageToken?) async throws(ProviderError) -> ResourcePage { ResourcePage([]) }
    func status(of resource: ResourceID) async throws(ProviderError) -> ResourceState { .gone }
    func destroy(_ permit: consuming CleanupPermit) async throws(ProviderError) -> Destruction { .alreadyGone }
  }
}
