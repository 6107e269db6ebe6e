import Basics
import FoundationEssentials
public import TrainingModel

/// An amount: digits in a string, so that no language makes a binary fraction of it.
public struct WireMoney: Sendable, Codable, Equatable {
  /// The exact amount.
  public var money: Money

  /// An amount.
  public init(_ money: Money) { self.money = money }

  /// - Throws: `DecodingError`.
  public init(from decoder: any Decoder) throws {
    let values = try decoder.container(keyedBy: FieldKey.self)
    let text = try values.decode(String.self, forKey: "amount")
    guard text.utf8.allSatisfy({ (0x30...0x39).contains($0) || $0 == 0x2E }), let amount = Decimal(string: text) else {
      throw DecodingError.dataCorruptedError(forKey: "amount", in: values, debugDescription: "'\(text)' is no amount such as \"0.526\"")
    }
    money = Money(amount, try values.value("currency", else: "USD"))
  }

  /// As amount and currency.
  public func encode(to encoder: any Encoder) throws {
    var values = encoder.container(keyedBy: FieldKey.self)
    try values.encode("\(money.amount)", forKey: "amount")
    try values.encode(money.currency, forKey: "currency")
  }
}
