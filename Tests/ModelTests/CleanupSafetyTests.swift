import FoundationEssentials
import SafeCleanup
import Testing
import TrainingModel

@Suite("CleanupSafety")
struct CleanupSafetyTests {
  typealias Rule = CleanupRefusal.Rule
  private static let now = Date(timeIntervalSince1970: 1_800_000_000)

  private static func facts(_ change: (inout CleanupFacts) -> Void = { _ in }) -> CleanupFacts {
    var resource = Resource(id: ResourceID("m1"), provider: "cloud", kind: "machine", state: .running, runUID: "u1")
    resource.installation = "home-1"
    resource.owner = "me"
    resource.place = RentalPlace(provider: "cloud", account: "123", region: "eu", machine: "g4")
    resource.launchedAt = now.addingTimeInterval(-3_600)
    let row = LedgerRow(
      intent: IntentID("i"), token: "t", kind: "machine",
      place: RentalPlace(provider: "cloud", account: "123", region: "eu", machine: "g4"),
      owner: "me", installation: "home-1", meters: [], createdAt: now)
    var facts = CleanupFacts(
      resource: resource, listingComplete: true, gatheredAt: now, installation: "home-1", runIsAlive: false, runHasEnded: false,
      ledger: .init(row))
    change(&facts)
    return facts
  }

  /// One way of breaking each rule, in the order in which they are asked.
  private static let breaches: [(rule: Rule, breach: @Sendable (inout CleanupFacts) -> Void)] = [
    (.uncertain, { $0.listingComplete = false }),
    (.notOurs, { $0.resource.installation = "home-2" }),
    (.placeNotAllowed, { $0.resource.place?.region = "blocked" }),
    (.protected, { $0.resource.tags["runpilot:protected"] = "true" }),
    (.vendorProtected, { $0.resource.hasVendorProtection = true }),
    (.tooYoung, { $0.resource.launchedAt = now.addingTimeInterval(-299) }),
    (.runAlive, { $0.runIsAlive = true }),
    (.dataWouldDie, { $0.dataAtRisk = ["outputs/model.bin"] }),
  ]
  private static let blocking = CleanupPolicy(blocked: ["blocked"])

  /// The rule that refused, or nil for a permit.
  private func verdict(_ facts: CleanupFacts, _ policy: CleanupPolicy = blocking) -> Rule? {
    do {
      let permit = try CleanupSafety.review(facts, policy: policy, now: Self.now)
      #expect(permit.resource == facts.resource.id)
      return nil
    } catch {
      #expect(error.explanation.contains(": "), "every refusal says the way on")
      return error.rule
    }
  }

  @Test("permits what is ours, idle and freshly listed")
  func permits() { #expect(verdict(Self.facts()) == nil) }

  @Test("there is a breach for every rule, and whatever else is broken, the first in order answers")
  func order() {
    #expect(Self.breaches.map(\.rule) == Rule.allCases)
    for mask in 1..<(1 << Self.breaches.count) {
      let broken = Self.breaches.indices.filter { mask & (1 << $0) != 0 }
      let facts = Self.facts { facts in for index in broken { Self.breaches[index].breach(&facts) } }
      #expect(verdict(facts) == Self.breaches[broken[0]].rule)
    }
  }

  @Test("each word passes its own rules and nothing else; nothing passes what is uncertain, not ours, or in a blocked place")
  func passes() {
    let words: [(policy: CleanupPolicy, passes: Set<Rule>)] = [
      (CleanupPolicy(force: true, blocked: ["blocked"]), [.tooYoung, .runAlive]),
      (CleanupPolicy(overrideProtection: [ResourceID("m1")], blocked: ["blocked"]), [.protected]),
      (CleanupPolicy(overrideProtection: [ResourceID("m2")], blocked: ["blocked"]), []),
      (CleanupPolicy(includeData: true, blocked: ["blocked"]), [.dataWouldDie]),
      (
        CleanupPolicy(force: true, overrideProtection: [ResourceID("m1")], includeData: true, blocked: ["blocked"]),
        [.tooYoung, .runAlive, .protected, .dataWouldDie]
      ),
    ]
    for (policy, passes) in words {
      for (rule, breach) in Self.breaches { #expect(verdict(Self.facts(breach), policy) == (passes.contains(rule) ? nil : rule)) }
    }
  }

  @Test("stale facts and facts from the future decide nothing")
  func stale() {
    #expect(verdict(Self.facts { $0.gatheredAt = Self.now.addingTimeInterval(-30.5) }) == .uncertain)
    #expect(verdict(Self.facts { $0.gatheredAt = Self.now.addingTimeInterval(1) }) == .uncertain)
    #expect(verdict(Self.facts { $0.gatheredAt = Self.now.addingTimeInterval(-29) }) == nil)
  }

  @Test("tags, ledger and account must all say ours; no installation on both sides is none")
  func notOurs() {
    #expect(verdict(Self.facts { $0.resource.installation = nil }) == .notOurs)
    #expect(verdict(Self.facts { ($0.resource.installation, $0.installation) = ("", "") }) == .notOurs)
    #expect(verdict(Self.facts { $0.resource.owner = "somebody" }) == .notOurs)
    #expect(verdict(Self.facts { $0.resource.place?.account = "456" }) == .notOurs)
    #expect(verdict(Self.facts { $0.ledger = nil }) == nil, "what costs nothing is in no ledger")
  }

  @Test("protection in tags of ours and of the older program, by time, and in the ledger", arguments: OwnershipTags.protections)
  func protections(_ tag: String) {
    #expect(verdict(Self.facts { $0.resource.tags[tag] = "true" }) == .protected)
    #expect(verdict(Self.facts { $0.resource.tags[tag] = "True" }) == .protected)
    #expect(verdict(Self.facts { $0.resource.tags[tag] = "false" }) == nil)
    #expect(verdict(Self.facts { $0.ledger?.isProtected = true }) == .protected)
    #expect(verdict(Self.facts { $0.ledger?.protectedUntil = Self.now.addingTimeInterval(1) }) == .protected)
    #expect(verdict(Self.facts { $0.ledger?.protectedUntil = Self.now.addingTimeInterval(-1) }) == nil)
    #expect(verdict(Self.facts { $0.resource.tags[OwnershipTags.protectedUntil] = "2099-01-01T00:00:00Z" }) == .protected)
    #expect(verdict(Self.facts { $0.resource.tags[OwnershipTags.protectedUntil] = "2001-01-01T00:00:00Z" }) == nil)
    #expect(verdict(Self.facts { $0.resource.tags[OwnershipTags.protectedUntil] = "tomorrow" }) == .protected)
  }

  @Test("what is young may go once its run is over; its own disks do not hold it back, others do")
  func youthAndData() {
    #expect(verdict(Self.facts { ($0.resource.launchedAt, $0.runHasEnded) = (Self.now, true) }) == nil)
    let root = Resource.Attachment(id: ResourceID("d0"), diesToo: true, isRoot: true)
    let other = Resource.Attachment(id: ResourceID("d1"), diesToo: true, isRoot: false)
    let kept = Resource.Attachment(id: ResourceID("d2"), diesToo: false, isRoot: false)
    #expect(verdict(Self.facts { $0.resource.attachments = [root, kept] }) == nil)
    #expect(verdict(Self.facts { $0.resource.attachments = [root, other] }) == .dataWouldDie)
  }

  @Test(
    "much at once needs more than a yes",
    arguments: [(1, 1, false), (3, 3, false), (4, 16, false), (4, 15, true), (10, 100, false), (11, 1_000, true), (4, 4, true)])
  func blast(count: Int, ours: Int, isLarge: Bool) { #expect(BlastRadius.isLarge(count, of: ours) == isLarge) }
}
