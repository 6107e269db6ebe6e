public import FoundationEssentials
public import TrainingModel

/// Money as people and programs read it. Only text is rounded, never what is added up.
public enum MoneyText {
  /// With 2 decimals from one cent on, with 4 below that: `12.35 USD`, `0.0042 USD`.
  public static func short(_ money: Money) -> String {
    let size = money.amount < 0 ? -money.amount : money.amount
    let digits = size == 0 || size >= Decimal(sign: .plus, exponent: -2, significand: 1) ? 2 : 4
    return "\(fixed(money.amount, decimals: digits)) \(money.currency)"
  }

  /// A rate of an hour, with 4 decimals: `0.5260 USD/h`.
  public static func rate(_ money: Money) -> String { "\(fixed(money.amount, decimals: 4)) \(money.currency)/h" }

  /// A sum and what is not known of it: `3.20 USD`, `at least 3.20 USD, plus 5.5 h of unknown price`.
  public static func sum(_ sum: CostSum) -> String {
    let known = sum.amounts.map { short($0) }.joined(separator: " + ")
    guard sum.hasUnknown else { return known.isEmpty ? "0.00 USD" : known }
    let unknown = "\(hours(sum.unpricedMilliseconds)) h of unknown price"
    return known.isEmpty ? unknown : "at least \(known), plus \(unknown)"
  }

  /// Milliseconds as hours with 2 decimals.
  public static func hours(_ milliseconds: Int64) -> String {
    fixed(Decimal(milliseconds) / Decimal(CostSum.millisecondsAnHour), decimals: 2)
  }

  /// Exactly, or to 18 decimals where there is no end to them, without zeros that say nothing: `0.000146111111111111`.
  public static func full(_ amount: Decimal) -> String {
    var text = fixed(amount, decimals: 18)
    while text.hasSuffix("0") { text.removeLast() }
    if text.hasSuffix(".") { text.removeLast() }
    return text
  }

  /// Rounded to so many decimals, half away from zero.
  public static func fixed(_ amount: Decimal, decimals: Int) -> String {
    let isNegative = amount < 0
    var digits = (isNegative ? -amount : amount).description
    var fraction = ""
    if let point = digits.firstIndex(of: ".") {
      fraction = String(digits[digits.index(after: point)...])
      digits = String(digits[..<point])
    }
    let isUp = fraction.dropFirst(decimals).first.map { $0 >= "5" } ?? false
    let kept = fraction.prefix(decimals) + String(repeating: "0", count: max(0, decimals - fraction.count))
    var all = Array((digits + kept).utf8)
    if isUp { increment(&all) }
    let text = String(decoding: all, as: UTF8.self)
    let whole = text.dropLast(decimals)
    let sign = isNegative && all.contains { $0 != 0x30 } ? "-" : ""
    return sign + whole + (decimals > 0 ? "." + text.suffix(decimals) : "")
  }

  /// Adds one to a number written in digits.
  private static func increment(_ digits: inout [UInt8]) {
    for index in digits.indices.reversed() {
      if digits[index] != 0x39 {
        digits[index] += 1
        return
      }
      digits[index] = 0x30
    }
    digits.insert(0x31, at: 0)
  }
}
