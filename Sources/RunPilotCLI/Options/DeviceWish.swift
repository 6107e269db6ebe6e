import Basics
import CommandLineKit
import FoundationEssentials
import TrainingModel

/// GPUs as typed: `2`, `H100`, `H100:8`.
struct DeviceWish: ArgumentValue, Equatable {
  let model: String?
  let count: Int

  init?(argument: String) {
    let parts = argument.split(separator: ":", omittingEmptySubsequences: false).map { $0.trimmed() }
    if parts.count == 1, let number = Int(parts[0]) {
      (model, count) = (nil, number)
    } else if (1...2).contains(parts.count), !parts[0].isEmpty {
      guard let number = parts.count == 2 ? Int(parts[1]) : 1 else { return nil }
      (model, count) = (parts[0], number)
    } else {
      return nil
    }
    guard count > 0 else { return nil }
  }

  var argumentText: String { [model, "\(count)"].compactMap { $0 }.joined(separator: ":") }
  static var expectation: String { "a number of GPUs, a model, or both: 2, H100 or H100:8" }
}

/// A price per hour in US dollars, as typed.
struct HourlyPrice: ArgumentValue, Equatable {
  let money: Money

  init?(argument: String) {
    let parts = argument.split(separator: ".", omittingEmptySubsequences: false)
    guard (1...2).contains(parts.count), parts.allSatisfy({ !$0.isEmpty && $0.utf8.allSatisfy { (0x30...0x39).contains($0) } }),
      let amount = Decimal(string: argument)
    else { return nil }
    money = Money(amount)
  }

  var argumentText: String { "\(money.amount)" }
  static var expectation: String { "US dollars an hour, such as 2.50" }
}
