import Basics
import ControlAPI
import FoundationEssentials
import Synchronization
import TerminalUI
import Testing
import TrainingModel

@Suite("Offers side by side")
struct OfferTests {
  @Test("Offers, dear and unknown ones left out when a price is said")
  func offers() async throws {
    let all = try await Stage().run("offers --gpu H100:8")
    #expect(all.code == 0)
    #expect(all.output.contains("8 × H100"))
    #expect(all.output.contains("unknown"))
    #expect(try await Stage().run("offers -q --max-price 40.5").output == "small\nlarge\n")
    #expect(try await Stage().run("offers -q --max-price 39.99").output == "small\n")
    #expect(try await Stage().run("offers --limit 1").output.contains("and 2 more"))
    #expect(try await Stage(providers: FakeProviders(failing: ["boxes"])).run("offers").code == 3)
    #expect(try await Stage().run("offers --provider nobody").code == 66)
    #expect(all.errors.contains("hint: ask for prices that are not known: `runpilot offers --gpu H100:8 --refresh`"))
    #expect(try await Stage().run("offers --limit 2").errors.isEmpty, "what is shown has a price")
    let providers = FakeProviders(failing: ["boxes"])
    let renewed = try await Stage(providers: providers).run("offers --refresh")
    #expect(providers.made.refreshed.withLock { $0 } == 1 && renewed.code == 3)
    #expect(renewed.errors.contains("prices were not renewed") && !renewed.errors.contains("hint: ask for prices"))
    for wrong in ["--gpu 0", "--gpu :8", "--gpu H100:x", "--max-price -1", "--max-price 1e3", "--sort age"] {
      #expect(try await Stage().run("offers \(wrong)").code == 64, "\(wrong)")
    }
  }

  /// A machine of eight GPUs with everything known of it.
  private static func offer(_ provider: ProviderID, _ machine: String, _ price: String?, with change: (inout Offer) -> Void = { _ in })
    -> Offer
  {
    var offer = Offer(
      provider: provider, machine: machine, gpuType: "H100", gpuCount: 8,
      pricePerHour: price.flatMap { Decimal(string: $0) }.map { Money($0) },
      priceSource: price.map { _ in "vendor's list price" })
    (offer.gpuMemory, offer.cpuCores, offer.memory) = (ByteSize("80GiB"), 192, ByteSize("2TiB"))
    (offer.region, offer.pricedOn) = ("north-1", price.map { _ in "2026-11-21" })
    change(&offer)
    return offer
  }

  private static let shelf = [
    offer("alpha", "p5.48xlarge", "55.04") { $0.pricedOn = "2026-07-20" },
    offer("alpha", "p5.48xlarge", "21.5") { ($0.isSpot, $0.zone, $0.priceSource) = (true, "north-1b", "spot price history") },
    offer("beta", "16x H100 SXM", "86.4") { offer in
      (offer.gpuCount, offer.region, offer.zone, offer.pricedOn) = (16, "secure", "EU-RO-1", "2026-11-20")
    },
    offer("lab", "gpu", nil) { offer in
      (offer.gpuType, offer.gpuMemory, offer.cpuCores, offer.memory, offer.region) = (nil, nil, nil, nil, nil)
    },
    offer("own", "node", "9") { ($0.priceSource, $0.pricedOn, $0.region) = ("providers.toml", nil, nil) },
  ]

  @Test(
    "What people see of both markets, at 80 and at 200 columns: by the price of each GPU, what is old and what is unknown said so",
    arguments: [80, 200])
  func sideBySide(_ columns: Int) async throws {
    let stage = try Stage(providers: FakeProviders(shelf: Self.shelf))
    let result = try await stage.run("offers --gpu H100:8 --spot --on-demand", columns: columns)
    #expect(result.code == 0, "that a provider has none is an answer")
    #expect(
      result.errors == """
        note: batch: no partition has 8 GPUs
        hint: ask for prices that are not known, or are up to 124 days old: `runpilot offers --gpu H100:8 --refresh`

        """)
    for line in result.output.split(separator: "\n") { #expect(TextWidth.columns(line) <= columns, "\(line)") }
    Snapshot.expect(result.output, is: "offers_both-\(columns).txt")
  }

  @Test("one market or both; by the machine's price or each GPU's; columns in which nobody says anything are none")
  func choice() async throws {
    let stage = try Stage(providers: FakeProviders(shelf: Self.shelf))
    #expect(try await stage.run("offers -q --gpu 8 --spot").output == "p5.48xlarge\n")
    #expect(try await stage.run("offers -q --gpu 8 --on-demand").output == "node\n16x H100 SXM\np5.48xlarge\ngpu\n")
    #expect(try await stage.run("offers -q --gpu 8 --sort price").output == "node\np5.48xlarge\n16x H100 SXM\ngpu\n")
    #expect(try await stage.run("offers -q").output == "node\np5.48xlarge\n16x H100 SXM\ngpu\n")
    #expect(try await stage.run("offers -q --sort gpu-price").output == "node\n16x H100 SXM\np5.48xlarge\ngpu\n")
    let bare = try await Stage().run("offers").output
    for title in ["GPU", "VCPUS", "RAM", "REGION"] { #expect(!bare.contains(title), "\(title)") }
    #expect(bare.contains("1 day"))
  }

  @Test("a price in another currency is not known to be below a limit; nothing is")
  func currencies() async throws {
    let shelf = [
      Self.offer("own", "euro", nil) { $0.pricePerHour = Money(1, "EUR") },
      Self.offer("own", "free", nil) { $0.pricePerHour = Money(0, "EUR") },
      Self.offer("own", "dollar", "9"),
    ]
    let stage = try Stage(providers: FakeProviders(shelf: shelf))
    #expect(try await stage.run("offers -q --max-price 9").output == "free\ndollar\n")
    #expect(try await stage.run("offers -q").output == "free\neuro\ndollar\n")
  }

  @Test("in JSON every member is there, amounts are text, and what is unknown is null")
  func json() async throws {
    let stage = try Stage(providers: FakeProviders(shelf: Self.shelf))
    let text = try await stage.run("offers --gpu H100:8 --spot --on-demand --json").output
    let value = try JSON.decode(JSONValue.self, from: Data(text.utf8))
    guard case .object(let members) = value, case .array(let offers)? = members["offers"] else {
      Issue.record("no offers: \(text)")
      return
    }
    #expect(members["schema"] == .string("runpilot/offers/v1") && members["more"] == .int(0) && offers.count == 5)
    func money(_ amount: String) -> JSONValue { .object(["amount": .string(amount), "currency": .string("USD")]) }
    let spot: [String: JSONValue] = [
      "provider": .string("alpha"), "machine": .string("p5.48xlarge"), "market": .string("spot"), "region": .string("north-1"),
      "zone": .string("north-1b"), "gpu": .string("H100"), "gpu_count": .int(8), "gpu_memory_bytes": .int(80 << 30), "cpu_cores": .int(192),
      "memory_bytes": .int(2 << 40), "price_per_hour": money("21.5"), "price_per_gpu_hour": money("2.6875"),
      "price_source": .string("spot price history"), "priced_on": .string("2026-11-21"), "price_age_days": .int(0),
    ]
    #expect(offers[1] == .object(spot))
    guard case .object(let last) = offers[4] else { return }
    #expect(Set(last.keys) == Set(spot.keys), "every member is there")
    for key in [
      "region", "zone", "gpu", "gpu_memory_bytes", "cpu_cores", "memory_bytes", "price_per_hour", "price_per_gpu_hour", "priced_on",
    ] {
      #expect(last[key] == .null, "\(key)")
    }
  }
}
