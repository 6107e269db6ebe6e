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

  /// Machines of the providers that rent. One that is not named, and sells on none of the markets, is not asked.
  public func offers(for need: ResourceNeed, in markets: Set<RentalPlace.Market>, from id: ProviderID?) async throws -> OfferList {
    let asked = registry.entries.filter { entry in id.map { $0 == entry.settings.id } ?? entry.descriptor.isRented }
    guard !asked.isEmpty else {
      throw ProviderError(
        .invalidRequest, "no provider that rents is configured, so there is nothing to offer",
        hints: ["add one to providers.toml: docs/providers/README.md", "see which there are: `runpilot providers list`"])
    }
    let questions = asked.flatMap { entry in
      markets.filter { id != nil || $0 == .onDemand || entry.descriptor.mayHaveSpot }.sorted { $0.rawValue < $1.rawValue }.map {
        (entry, $0)
      }
    }
    // All at once: the list is there when the slowest has answered.
    let answers = await withTaskGroup(of: (Int, OfferAnswer).self) { group in
      for (index, (entry, market)) in questions.enumerated() {
        group.addTask { (index, await ask(entry, need, market)) }
      }
      return await group.reduce(into: []) { $0.append($1) }.sorted { $0.0 < $1.0 }.map(\.1)
    }
    var list = OfferList()
    var first: ProviderError?
    for ((entry, _), answer) in zip(questions, answers) {
      switch answer {
      case .offers(let offers): list.offers += offers
      case .refused(let error):
        first = first ?? error
        list.refusals.append("\(entry.settings.id): \(error.message)")
      case .failed(let error):
        first = first ?? error
        list.failures.append("\(entry.settings.id): \(error.message)")
      }
    }
    // Where only one is asked its hints are worth more than a warning.
    if asked.count == 1, list.offers.isEmpty, let first { throw first }
    list.offers = OfferOrder.usual(for: need).sorted(list.offers)
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

  private enum OfferAnswer: Sendable {
    case offers([Offer])
    /// It has nothing of the kind.
    case refused(ProviderError)
    case failed(ProviderError)
  }

  private func ask(_ entry: ProviderRegistry.Entry, _ need: ResourceNeed, _ market: RentalPlace.Market) async -> OfferAnswer {
    let provider: any TrainingProvider
    do { provider = try registry.provider(entry.settings.id) } catch {
      return .failed(error as? ProviderError ?? ProviderError(.invalidRequest, "\(error)"))
    }
    do throws(ProviderError) {
      return .offers(market == .spot ? try await spotOffers(of: provider, need) : try await provider.offers(for: need))
    } catch {
      return error.code == .noCapacity || error.code == .invalidRequest ? .refused(error) : .failed(error)
    }
  }

  /// Spot prices differ by zone: each machine of a region is shown once, where it is cheapest.
  private func spotOffers(of provider: any TrainingProvider, _ need: ResourceNeed) async throws(ProviderError) -> [Offer] {
    guard let renting = provider as? any RentingProvider else { return [] }
    let candidates = try await renting.candidates(for: RentalNeed(resources: need, spot: true, architectures: ["x86_64", "aarch64"]))
    var seen: Set<[String?]> = []
    return candidates.map(\.offer).filter { seen.insert([$0.machine, $0.region]).inserted }
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

extension ProviderDescriptor {
  /// Whether it sells machines that may be taken away, as far as it says.
  fileprivate var mayHaveSpot: Bool { powers.first { $0.name == "spot" }?.isAvailable ?? true }
}
