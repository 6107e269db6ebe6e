import FoundationEssentials
import Testing

@testable import TrainingModel

@Suite("Money for people")
struct MoneyTextTests {
  @Test(
    "Amounts are rounded for people, and never by way of a binary fraction",
    arguments: [
      ("0", "$0.00"), ("12.615", "$12.62"), ("12.614999999", "$12.61"), ("0.526", "$0.526"), ("0.00005", "$0.0001"), ("0.00004", "$0.00"),
      ("9.995", "$10.00"), ("999.999", "$1000.00"), ("-3.456", "-$3.46"), ("-0.00001", "$0.00"), ("0.1", "$0.10"), ("1", "$1.00"),
    ])
  func short(amount: String, text: String) throws {
    #expect(Money(try #require(Decimal(string: amount))).shortText == text)
    #expect(Money(0, "EUR").shortText == "EUR 0.00")
  }
}
