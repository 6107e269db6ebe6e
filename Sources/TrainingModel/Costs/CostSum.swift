import FoundationEssentials

/// Money added up without rounding, with what is not known about it.
///
/// A rate is per hour and time is in milliseconds, so a charge is `rate × milliseconds / 3 600 000`, which decimals often cannot write.
/// What is added is therefore `rate × milliseconds`, which they can; the division comes once, after the sum. So it does not matter in which
/// order, or by what groups, charges are added.
public struct CostSum: Sendable, Equatable {
  /// By currency, `rate × milliseconds`.
  private var products: [String: Decimal] = [:]
  /// How long meters of unknown rate ran, all together.
  public private(set) var unpricedMilliseconds: Int64 = 0
  /// The least sure part; nil when nothing was added.
  public private(set) var quality: CostQuality?

  /// Milliseconds in an hour.
  public static let millisecondsAnHour: Int64 = 3_600_000

  /// Nothing.
  public init() {}

  /// Adds what a meter cost; an unknown rate is remembered as time.
  public mutating func add(rate: Money?, milliseconds: Int64, quality: CostQuality) {
    if let rate {
      products[rate.currency, default: 0] += rate.amount * Decimal(milliseconds)
    } else {
      unpricedMilliseconds += milliseconds
    }
    note(quality)
  }

  /// Adds an amount that is already known.
  public mutating func add(_ amount: Money, quality: CostQuality) {
    products[amount.currency, default: 0] += amount.amount * Decimal(Self.millisecondsAnHour)
    note(quality)
  }

  /// Adds another sum.
  public static func += (left: inout CostSum, right: CostSum) {
    for (currency, product) in right.products { left.products[currency, default: 0] += product }
    left.unpricedMilliseconds += right.unpricedMilliseconds
    if let quality = right.quality { left.note(quality) }
  }

  /// The known part, one amount a currency in the order of their names. Divided here, to 38 digits.
  public var amounts: [Money] {
    products.keys.sorted().map { Money((products[$0] ?? 0) / Decimal(Self.millisecondsAnHour), $0) }
  }

  /// The known part in one currency.
  public func amount(in currency: String) -> Money { Money((products[currency] ?? 0) / Decimal(Self.millisecondsAnHour), currency) }

  /// Whether it is more than ``amounts``, by something nobody has told us.
  public var hasUnknown: Bool { unpricedMilliseconds > 0 }

  /// Whether anything was added.
  public var isEmpty: Bool { quality == nil }

  private mutating func note(_ quality: CostQuality) { self.quality = min(self.quality ?? quality, quality) }
}
