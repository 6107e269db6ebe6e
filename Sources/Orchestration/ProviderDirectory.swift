import Basics
public import ControlAPI
import ProviderKit
public import TrainingModel

/// What there is to say about providers, from the registry.
public struct ProviderDirectory: ProviderService {
  private let registry: ProviderRegistry

  /// A directory of `registry`.
  public init(_ registry: ProviderRegistry) { self.registry = registry }

  /// Every entry, the default first; makes no instance.
  public func providers() async throws -> [ProviderSummary] {
    let summaries = registry.entries.map(summary)
    return summaries.filter(\.isDefault) + summaries.filter { !$0.isDefault }
  }

  /// Asks one provider whether it is usable.
  public func check(_ id: ProviderID) async throws -> [CheckResult] {
    let provider: any TrainingProvider
    do {
      provider = try registry.provider(id)
    } catch let error as ProviderError {
      return [CheckResult("settings", .failed, error.message, hints: error.hints)]
    }
    guard let checkable = provider as? any AccountCheck else {
      return [CheckResult("settings", .ok, "usable; this provider has nothing more to check")]
    }
    return await checkable.check()
  }

  /// What a provider needs in its vendor's account.
  public func setup(_ id: ProviderID) async throws -> ProviderSetup {
    let provider = try settable(id)
    return ProviderSetup(steps: try await provider.setupSteps(), settings: try await provider.settingsAfterSetup())
  }

  /// Makes one of the things that it needs.
  public func carryOut(_ step: SetupStep, of id: ProviderID) async throws { try await settable(id).carryOut(step) }

  /// Machines of the providers that rent.
  public func offers(for need: ResourceNeed, spot: Bool, from id: ProviderID?) async throws -> OfferList {
    var list = OfferList([])
    let asked = registry.entries.map { $0 }.filter { entry in id.map { $0 == entry.settings.id } ?? entry.descriptor.isRented }
    guard !asked.isEmpty else {
      throw ProviderError(
        .invalidRequest, "no provider that rents is configured, so there is nothing to offer",
        hints: ["add one to providers.toml: docs/providers/README.md", "see which there are: `runpilot providers list`"])
    }
    // All at once: the list is there when the slowest has answered.
    let answers = try await withThrowingTaskGroup(of: (Int, Result<[Offer], ProviderError>).self) { group in
      for (index, entry) in asked.enumerated() {
        group.addTask {
          do { return (index, .success(try await offers(of: try registry.provider(entry.settings.id), need, spot: spot))) } catch let
            error as ProviderError
          { return (index, .failure(error)) }
        }
      }
      return try await group.reduce(into: []) { $0.append($1) }.sorted { $0.0 < $1.0 }.map(\.1)
    }
    for (entry, answer) in zip(asked, answers) {
      switch answer {
      case .success(let offers): list.offers += offers
      case .failure(let error):
        // Where only one is asked its hints are worth more than a warning.
        guard asked.count > 1 else { throw error }
        list.failures.append("\(entry.settings.id): \(error.message)")
      }
    }
    list.offers = list.offers.enumerated().sorted { left, right in
      switch (left.element.pricePerHour, right.element.pricePerHour) {
      case (let one?, let other?): one == other ? left.offset < right.offset : one < other
      case (nil, nil): left.offset < right.offset
      case (let one, _): one != nil
      }
    }.map(\.element)
    return list
  }

  /// Renews the prices of the providers that can.
  public func refreshPrices(for need: ResourceNeed, from id: ProviderID?) async throws -> [String] {
    var failures: [String] = []
    for entry in registry.entries where id.map({ $0 == entry.settings.id }) ?? entry.descriptor.isRented {
      do {
        let provider = try registry.provider(entry.settings.id)
        if let market = provider as? any PriceRefreshing {
          try await market.refreshPrices(for: need)
        } else if id != nil {
          failures.append("\(entry.settings.id): its prices are asked each time, or are its own")
        }
      } catch let error as ProviderError {
        failures.append("\(entry.settings.id): prices were not renewed: \(error.message)")
      }
    }
    return failures
  }

  /// Spot prices differ by zone: each machine is shown once, where it is cheapest.
  private func offers(of provider: any TrainingProvider, _ need: ResourceNeed, spot: Bool) async throws(ProviderError) -> [Offer] {
    guard spot else { return try await provider.offers(for: need) }
    guard let renting = provider as? any RentingProvider else { return [] }
    let candidates = try await renting.candidates(for: RentalNeed(resources: need, spot: true, architectures: ["x86_64", "aarch64"]))
    var seen: Set<String> = []
    return candidates.map(\.offer).filter { seen.insert("\($0.machine) \($0.priceSource ?? "")").inserted }
  }

  private func settable(_ id: ProviderID) throws -> any SetupPower {
    guard let provider = try registry.provider(id) as? any SetupPower else {
      throw ProviderError(
        .invalidRequest, "provider '\(id)' needs nothing that could be set up",
        hints: ["ask whether it is usable: `runpilot providers check \(id)`"])
    }
    return provider
  }

  private func summary(_ entry: ProviderRegistry.Entry) -> ProviderSummary {
    let descriptor = entry.descriptor
    return ProviderSummary(
      id: entry.settings.id, module: descriptor.module, summary: descriptor.summary, isDefault: entry.settings.id == registry.defaultID,
      origin: entry.origin, powers: descriptor.powers.map { .init(name: $0.name, available: $0.isAvailable, note: $0.note) },
      settings: descriptor.settings.map { .init(name: $0.name, value: entry.settings.values[$0.name]?.plainText, summary: $0.summary) },
      credentials: descriptor.credentials)
  }
}
