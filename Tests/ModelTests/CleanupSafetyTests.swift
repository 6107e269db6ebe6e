import FoundationEssentials
import ProviderKit
import SafeCleanup
import Testing
import TrainingModel

@Suite("CleanupSafety")
struct CleanupSafetyTests {
  private static let now = Date(timeIntervalSince1970: 1_800_000_000)

  private static func facts(_ change: (inout CleanupFacts) -> Void = { _ in }) -> CleanupFacts {
    var resource = Resource(id: ResourceID("c1"), provider: "docker", kind: "container", state: .running, runUID: "u1")
    resource.installation = "home-1"
    var facts = CleanupFacts(resource: resource, listingComplete: true, gatheredAt: now, installation: "home-1", runIsAlive: false)
    change(&facts)
    return facts
  }

  /// The rule that refused, or nil for a permit.
  private func verdict(_ facts: CleanupFacts, _ policy: CleanupPolicy = CleanupPolicy()) -> CleanupRefusal.Rule? {
    do {
      let permit = try CleanupSafety.review(facts, policy: policy, now: Self.now)
      #expect(permit.resource == facts.resource.id)
      return nil
    } catch {
      #expect(!error.explanation.isEmpty)
      return error.rule
    }
  }

  @Test("permits what is ours, idle and freshly listed")
  func permits() { #expect(verdict(Self.facts()) == nil) }

  @Test("refuses on an incomplete listing, on stale facts and on facts from the future")
  func uncertain() {
    #expect(verdict(Self.facts { $0.listingComplete = false }) == .uncertain)
    #expect(verdict(Self.facts { $0.gatheredAt = Self.now.addingTimeInterval(-30.5) }) == .uncertain)
    #expect(verdict(Self.facts { $0.gatheredAt = Self.now.addingTimeInterval(1) }) == .uncertain)
    #expect(verdict(Self.facts { $0.gatheredAt = Self.now.addingTimeInterval(-29) }) == nil)
  }

  @Test("refuses what carries no installation, another's, or an empty one on both sides")
  func notOurs() {
    #expect(verdict(Self.facts { $0.resource.installation = nil }) == .notOurs)
    #expect(verdict(Self.facts { $0.resource.installation = "home-2" }) == .notOurs)
    #expect(
      verdict(
        Self.facts {
          $0.resource.installation = ""
          $0.installation = ""
        }) == .notOurs)
  }

  @Test(
    "refuses what is protected, also when a live run is to be ended",
    arguments: ["runpilot:protected", "runpilot:important", "runpilot:persistent"])
  func protected(_ tag: String) {
    let facts = Self.facts { $0.resource.tags[tag] = "true" }
    #expect(verdict(facts) == .protected)
    #expect(verdict(facts, CleanupPolicy(endLiveRun: true)) == .protected)
  }

  @Test("refuses while the run is alive, unless that is what was asked for")
  func alive() {
    let facts = Self.facts { $0.runIsAlive = true }
    #expect(verdict(facts) == .runAlive)
    #expect(verdict(facts, CleanupPolicy(endLiveRun: true)) == nil)
  }

  @Test("names the first rule in order when several refuse")
  func order() {
    var facts = Self.facts {
      $0.runIsAlive = true
      $0.resource.tags["runpilot:protected"] = "true"
      $0.resource.installation = "other"
      $0.listingComplete = false
    }
    #expect(verdict(facts) == .uncertain)
    facts.listingComplete = true
    #expect(verdict(facts) == .notOurs)
    facts.resource.installation = "home-1"
    #expect(verdict(facts) == .protected)
    facts.resource.tags = [:]
    #expect(verdict(facts) == .runAlive)
  }
}
