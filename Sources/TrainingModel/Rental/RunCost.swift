/// What a run has cost, as its record keeps it when its machine is gone.
public struct RunCost: Sendable, Codable, Equatable {
  /// The sum of all meters whose rate is known.
  public var amount: Money
  /// Whether a meter's rate is unknown, so that it cost more than `amount`.
  public var hasUnknown: Bool
  /// The least sure part of it.
  public var quality: CostQuality

  /// A cost.
  public init(amount: Money, hasUnknown: Bool, quality: CostQuality) {
    self.amount = amount
    self.hasUnknown = hasUnknown
    self.quality = quality
  }

  enum CodingKeys: String, CodingKey {
    case amount, quality
    case hasUnknown = "has_unknown"
  }
}
