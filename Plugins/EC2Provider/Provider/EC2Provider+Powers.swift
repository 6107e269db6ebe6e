import AWSSupport
import Basics
public import FoundationEssentials
public import ProviderKit
public import TrainingModel

extension EC2Provider: PausableProvider {
  /// Stops a machine: its disk stays and costs.
  public func stop(_ resource: ResourceID) async throws(ProviderError) {
    try await change(resource, "stop") { ("StopInstances", ["InstanceId": [.text($0)]]) }
  }

  /// Starts a stopped machine.
  public func start(_ resource: ResourceID) async throws(ProviderError) {
    try await change(resource, "start") { ("StartInstances", ["InstanceId": [.text($0)]]) }
  }

  /// Sends a mutation of one machine that does the same when it is sent twice.
  private func change(
    _ resource: ResourceID, _ verb: String, _ request: @Sendable (String) -> (String, QueryValue)
  ) async throws(ProviderError) {
    guard try Self.kind(of: resource) == .machine else {
      throw ProviderError(.invalidRequest, "cannot \(verb) \(resource): it is no machine")
    }
    try await mutate(resource, verb, request)
  }

  private func mutate(
    _ resource: ResourceID, _ verb: String, _ request: @Sendable (String) -> (String, QueryValue)
  ) async throws(ProviderError) {
    let (action, parameters) = request(resource.rawValue)
    let done: Bool? = try await inItsRegion(resource) { region throws(ProviderError) in
      _ = try await ask(region, EC2Calls.form(action, parameters), doing: "\(verb) \(resource)", changes: true)
      return true
    }
    guard done != nil else { throw ProviderError(.notFound, "cannot \(verb) \(resource): there is no such thing") }
  }
}

extension EC2Provider: TaggingProvider {
  /// Sets and removes tags; others stay.
  public func setTags(_ tags: [String: String?], on resource: ResourceID) async throws(ProviderError) {
    let set = tags.compactMapValues { $0 }
    try RunInstances.check(set)
    if !set.isEmpty {
      let list = QueryValue.list(set.sorted { $0.key < $1.key }.map { ["Key": .text($0.key), "Value": .text($0.value)] })
      try await mutate(resource, "tag") { ("CreateTags", ["ResourceId": [.text($0)], "Tag": list]) }
    }
    let removed = tags.filter { $0.value == nil }.keys.sorted()
    if !removed.isEmpty {
      let list = QueryValue.list(removed.map { ["Key": .text($0)] })
      try await mutate(resource, "untag") { ("DeleteTags", ["ResourceId": [.text($0)], "Tag": list]) }
    }
  }
}

extension EC2Provider: OwnEndProvider {
  /// Sets what `shutdown` on the machine does: terminate, or stop.
  public func setOwnEnd(of resource: ResourceID, destroys: Bool) async throws(ProviderError) {
    try await change(resource, "change the own end of") {
      (
        "ModifyInstanceAttribute",
        ["InstanceId": .text($0), "InstanceInitiatedShutdownBehavior": ["Value": destroys ? "terminate" : "stop"]]
      )
    }
  }
}

extension EC2Provider: PriceHistory {
  /// Spot prices of a zone from EC2's own history; nothing for on-demand machines, whose price is frozen, nor where a subnet chose the zone.
  public func prices(at place: RentalPlace, from start: Date, to end: Date) async throws(ProviderError) -> [PriceChange] {
    guard place.market == .spot, let zone = place.zone else { return [] }
    let history = try await spotHistory(place.region, [place.machine], zone: zone, from: start, to: end)
    return history.sorted { $0.from < $1.from }.map { PriceChange(from: $0.from, hourly: Money($0.hourly)) }
  }
}
