import Basics
import FoundationEssentials
import PluginProtocol
import ProviderKit
import TrainingModel

extension Promises {
  private static func claimed(_ talk: Talk, _ capability: PluginCapability) throws(NotClaimed) {
    guard talk.facts.can(capability) else { throw NotClaimed("no capability `\(capability.rawValue)`") }
  }

  static let powers = [
    Promise("machines that may be taken away are told from others", level: "spot") { bench in
      let talk = try await Talk.open(bench)
      try claimed(talk, .spot)
      for isSpot in [true, false] {
        let found = try await talk.candidates(RentalNeed(resources: ResourceNeed(), spot: isSpot, architectures: ["x86_64", "aarch64"]))
        try require(found.allSatisfy { ($0.place.market == .spot) == isSpot }, "with `spot: \(isSpot)` it offers the other kind")
      }
    },
    Promise("a machine is stopped and started again, each twice as well as once", level: "stop") { bench in
      let talk = try await Talk.open(bench)
      try claimed(talk, .stop)
      let resource = try await talk.create(try await talk.composed(run: UUID().uuidString.lowercased()))
      try await talk.wait(for: .running, of: resource.id)
      for _ in 0..<2 { _ = try await talk.ask(.stop, ResourceParameters(resource.id), Nothing.self) }
      try await talk.wait(for: .stopped, of: resource.id)
      for _ in 0..<2 { _ = try await talk.ask(.start, ResourceParameters(resource.id), Nothing.self) }
      try await talk.wait(for: .running, of: resource.id)
      try await talk.delete(resource.id)
    },
    Promise("tags are set and taken away, and others stay", level: "tags") { bench in
      let talk = try await Talk.open(bench)
      try claimed(talk, .tags)
      let run = UUID().uuidString.lowercased()
      let resource = try await talk.create(try await talk.composed(run: run))
      _ = try await talk.ask(.setTags, TagParameters(["runpilot:protected": "true", "note": nil], on: resource.id), Nothing.self)
      let tags = try await talk.list(.run(uid: run)).first?.tags ?? [:]
      try require(tags["runpilot:protected"] == "true", "a tag that was set is not listed")
      try require(tags["note"] == nil, "a tag that was taken away is still listed")
      try require(tags[OwnershipTags.installation] == bench.installation, "a tag that was not spoken of is gone")
      try await talk.delete(resource.id)
    },
    Promise("past prices come oldest first", level: "prices") { bench in
      let talk = try await Talk.open(bench)
      try claimed(talk, .prices)
      guard let place = try await talk.candidates().first?.place else { throw Broken("it has no machine at all") }
      let parameters = PricesParameters(place, from: Date(timeIntervalSinceNow: -86_400), to: Date())
      let prices = try await talk.items(.prices, parameters, WirePriceChange.self).map(\.change.from)
      try require(prices == prices.sorted(), "they do not")
    },
  ]

  /// Of every kind of plugin.
  static let checking = [
    Promise("it says whether it is usable, and how to mend what is not", level: "check") { bench in
      let talk = try await Talk.open(bench)
      try claimed(talk, .check)
      let checks = try await talk.items(.check, Nothing(), CheckResult.self)
      try require(!checks.isEmpty, "it checks nothing")
      try require(checks.allSatisfy { $0.outcome == .ok || !$0.hints.isEmpty }, "what failed has no hint")
    }
  ]
}
