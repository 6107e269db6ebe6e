public import FoundationEssentials

/// An exact amount in one currency. There is no way from a Double to it.
public struct Money: Sendable, Hashable, Codable, Comparable, CustomStringConvertible {
  /// How much, exactly.
  public let amount: Decimal
  /// ISO 4217, such as `USD`.
  public let currency: String

  /// An amount of `currency`.
  public init(_ amount: Decimal, _ currency: String = "USD") {
    self.amount = amount
    self.currency = currency
  }

  /// Nothing to pay.
  public static let zero = Money(0)

  /// "0.526 USD".
  public var description: String { "\(amount) \(currency)" }

  /// Compares amounts; amounts of two currencies order by currency name, since no rate is known, but for nothing, which is the least in all.
  public static func < (left: Money, right: Money) -> Bool {
    guard left.currency != right.currency else { return left.amount < right.amount }
    return (left.amount > 0) == (right.amount > 0) ? left.currency < right.currency : right.amount > 0
  }
}
