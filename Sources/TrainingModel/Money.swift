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

  /// Compares amounts; amounts of two currencies order by currency name, since no rate is known.
  public static func < (left: Money, right: Money) -> Bool {
    left.currency == right.currency ? left.amount < right.amount : left.currency < right.currency
  }
}
