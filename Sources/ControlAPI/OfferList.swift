import FoundationEssentials
public import TrainingModel

/// Machines, and what was heard of those who offer none.
public struct OfferList: Sendable, Equatable {
  /// In an order, unknown prices last.
  public var offers: [Offer]
  /// Who did not answer: in words, a provider each.
  public var failures: [String]
  /// Who answered that it has nothing of the kind: in words, a provider each.
  public var refusals: [String]

  /// Offers.
  public init(_ offers: [Offer] = [], failures: [String] = [], refusals: [String] = []) {
    self.offers = offers
    self.failures = failures
    self.refusals = refusals
  }
}

/// In which order offers of several providers stand side by side. What has no known price comes last; equals keep the order they had.
public enum OfferOrder: String, Sendable, CaseIterable {
  /// By what an hour of the machine costs.
  case price
  /// By what an hour of each of its GPUs costs.
  case gpuPrice = "gpu-price"

  /// By each GPU's price where GPUs are wanted, else by the machine's.
  public static func usual(for need: ResourceNeed) -> OfferOrder { need.gpus.isWanted || need.gpuType != nil ? .gpuPrice : .price }

  /// The offers in this order.
  public func sorted(_ offers: [Offer]) -> [Offer] {
    let keyed = offers.enumerated().map { (offset: $0.offset, price: price($0.element), offer: $0.element) }
    return keyed.sorted { left, right in
      switch (left.price, right.price) {
      case (let one?, let other?): one == other ? left.offset < right.offset : one < other
      case (nil, nil): left.offset < right.offset
      case (let one, _): one != nil
      }
    }.map(\.offer)
  }

  private func price(_ offer: Offer) -> Money? {
    switch self {
    case .price: offer.pricePerHour
    case .gpuPrice: offer.pricePerGPUHour
    }
  }
}
