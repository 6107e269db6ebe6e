import Basics
import FoundationEssentials
import ProviderKit
import TrainingModel

/// Which of a provider's places a run may be tried at, and in which order. Pure.
enum CandidateChoice {
  /// The places that the run's wishes allow, cheapest first.
  ///
  /// A place of unknown price is allowed only when the run sets no limit of money. Spot is never replaced by the full price without consent.
  /// - Throws: ``ProviderError`` of code `noCapacity` that says what stood in the way.
  static func allowed(_ candidates: [RentalCandidate], for spec: RunSpec) throws(ProviderError) -> [RentalCandidate] {
    guard !candidates.isEmpty else {
      throw ProviderError(
        .noCapacity, "'\(spec.provider)' has no machine that meets the run's needs",
        hints: ["see what there is: `runpilot offers`", "ask for less under `resources:`"])
    }
    let lasting = candidates.filter { candidate in
      guard let asked = spec.maxDurationSeconds, let longest = candidate.longestSeconds else { return true }
      return asked <= longest
    }
    guard !lasting.isEmpty else { throw tooLong(candidates, spec) }
    let wishes = spec.rental
    let allowsOnDemand = !wishes.spot || spec.fallback.contains(RunSpec.onDemandFallback)
    let ofMarket = lasting.filter { $0.place.market == .spot ? wishes.spot : allowsOnDemand }
    let affordable = ofMarket.filter { fits($0, spec) }
    guard !affordable.isEmpty else { throw tooDear(ofMarket, spec) }
    // Spot first where it was asked for, whatever a full price says.
    return affordable.filter { $0.place.market == .spot } + affordable.filter { $0.place.market == .onDemand }
  }

  private static func fits(_ candidate: RentalCandidate, _ spec: RunSpec) -> Bool {
    let wishes = spec.rental
    guard wishes.maxPrice != nil || wishes.maxCost != nil else { return true }
    guard let hourly = candidate.offer.pricePerHour else { return false }
    if let most = wishes.maxPrice, hourly.currency != most.currency || hourly.amount > most.amount { return false }
    if let most = wishes.maxCost, hourly.currency != most.currency { return false }
    return true
  }

  private static func tooLong(_ candidates: [RentalCandidate], _ spec: RunSpec) -> ProviderError {
    let longest = candidates.compactMap(\.longestSeconds).max() ?? 0
    let words = TimeSpan.format(.seconds(longest))
    return ProviderError(
      .noCapacity,
      "nothing of '\(spec.provider)' lets a run last for \(TimeSpan.format(.seconds(spec.maxDurationSeconds ?? 0))): the most is \(words)",
      hints: ["ask for less: `--max-duration \(words)`", "and keep checkpoints, to go on from in another run"])
  }

  private static func tooDear(_ candidates: [RentalCandidate], _ spec: RunSpec) -> ProviderError {
    let prices = candidates.compactMap(\.offer.pricePerHour)
    guard let most = spec.rental.maxPrice else {
      return ProviderError(
        .noCapacity, "no machine of '\(spec.provider)' that meets the run's needs has a known price, and the run limits what it may cost",
        hints: ["remove `max_cost`, or refresh prices: `runpilot offers --refresh`"])
    }
    guard let cheapest = prices.min() else {
      return ProviderError(
        .noCapacity, "no machine of '\(spec.provider)' that meets the run's needs has a known price, and the run limits it to \(most)/h",
        hints: ["remove `max_price` to take one at an unknown price"])
    }
    return ProviderError(
      .noCapacity,
      "the cheapest machine of '\(spec.provider)' that meets the run's needs costs \(cheapest)/h, and the run allows \(most)/h",
      hints: ["raise it: `--max-price \(cheapest.amount)`", "see what there is: `runpilot offers`"])
  }
}
