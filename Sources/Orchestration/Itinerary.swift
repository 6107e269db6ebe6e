import Basics
import ControlAPI
import FoundationEssentials
import ProviderKit
import TrainingModel

/// One provider that is tried, and where there: a run that takes the cheapest comes back to a provider for its dearer places.
struct Leg: Sendable, Equatable {
  var provider: ProviderID
  /// Only these; nil for all.
  var places: Set<RentalPlace>?

  init(_ provider: ProviderID, places: Set<RentalPlace>? = nil) {
    self.provider = provider
    self.places = places
  }
}

/// Where a run may go, in which order.
struct Itinerary {
  let world: RunOrchestrator.World
  let report: @Sendable (RunProgress) -> Void

  /// One place and its price; nil for an unknown one.
  struct Stop: Equatable {
    var provider: ProviderID
    var place: RentalPlace?
    var price: Money?
  }

  /// The legs of a run: its providers in order, or, when the cheapest is wanted, all their places by price.
  /// - Throws: `ProviderError` when none of them says what it has.
  func legs(of run: inout RunInHand) async throws -> [Leg] {
    let providers = [run.spec.provider] + run.spec.alternatives.map(\.provider)
    guard run.spec.cheapest, providers.count > 1 else { return providers.map { Leg($0) } }
    report(RunProgress(phase: "comparing prices", detail: providers.map(\.rawValue).joined(separator: ", ")))
    let spec = run.spec
    let options = Dictionary(providers.map { ($0, run.options(of: $0)) }) { one, _ in one }
    let answers = await withTaskGroup(of: (Int, Result<[Stop], ProviderError>).self) { group in
      for (index, provider) in providers.enumerated() {
        group.addTask { (index, await stops(of: provider, spec, options[provider] ?? [:])) }
      }
      return await group.reduce(into: [(Int, Result<[Stop], ProviderError>)]()) { $0.append($1) }.sorted { $0.0 < $1.0 }.map(\.1)
    }
    var all: [Stop] = []
    var silent: [Leg] = []
    for (provider, answer) in zip(providers, answers) {
      switch answer {
      case .success(let stops): all += stops
      case .failure(let error):
        run.record.warnings.append("\(provider) did not say what it has: \(error.message)")
        // It may answer when its turn comes.
        if error.code.isTransient { silent.append(Leg(provider)) }
      }
    }
    if let remark = Self.remark(all) { run.record.warnings.append(remark) }
    let legs = Self.legs(all) + silent
    guard legs.isEmpty else { return legs }
    let words = zip(providers, answers).compactMap { provider, answer -> String? in
      guard case .failure(let error) = answer else { return nil }
      return "\(provider): \(error.message)"
    }
    throw ProviderError(
      .noCapacity, "no provider has what the run needs: \(words.joined(separator: "; "))",
      hints: ["see what there is: `runpilot offers`", "ask for less under `resources:`"])
  }

  /// What a provider has for a run.
  private func stops(of id: ProviderID, _ spec: RunSpec, _ options: [String: JSONValue]) async -> Result<[Stop], ProviderError> {
    do {
      let provider = try world.registry.provider(id)
      guard let renting = provider as? any RentingProvider else { return .success([Stop(provider: id, price: .zero)]) }
      var need = RentalNeed(
        resources: spec.resources, spot: spec.rental.spot, options: options, architectures: world.rental?.architectures() ?? [])
      need.nodes = spec.rental.nodes
      let found = try CandidateChoice.allowed(try await renting.candidates(for: need), for: spec)
      return .success(found.map { Stop(provider: id, place: $0.place, price: $0.offer.pricePerHour) })
    } catch {
      let hinted = error as? any Hinted
      return .failure(error as? ProviderError ?? ProviderError(.invalidRequest, hinted?.message ?? "\(error)", hints: hinted?.hints ?? []))
    }
  }

  /// What is to be said of the order; nil when all prices could be compared. Pure.
  static func remark(_ stops: [Stop]) -> String? {
    let currencies = Set(stops.compactMap(\.price).filter { $0.amount > 0 }.map(\.currency)).sorted()
    guard let first = currencies.first, currencies.count > 1 else { return nil }
    return "prices in \(currencies.joined(separator: " and ")) were not compared, for no rate is known: those in \(first) came first"
  }

  /// Stops by price, unknown ones last, neighbours of one provider together. Pure.
  static func legs(_ stops: [Stop]) -> [Leg] {
    let sorted = stops.enumerated().sorted { left, right in
      switch (left.element.price, right.element.price) {
      case (let one?, let other?): one == other ? left.offset < right.offset : one < other
      case (nil, nil): left.offset < right.offset
      case (let one, _): one != nil
      }
    }
    var legs: [Leg] = []
    for (_, stop) in sorted {
      if let last = legs.indices.last, legs[last].provider == stop.provider {
        if let place = stop.place { legs[last].places?.insert(place) }
      } else {
        legs.append(Leg(stop.provider, places: stop.place.map { [$0] }))
      }
    }
    return legs
  }
}
