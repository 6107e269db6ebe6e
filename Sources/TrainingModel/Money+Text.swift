import FoundationEssentials

extension Money {
  /// For people: "$12.62", below a dollar four digits, "EUR 3.10". Rounded half up; the exact figure is ``amount``.
  public var shortText: String {
    let isSmall = amount < 1 && amount > -1
    let text = Self.rounded("\(amount)", digits: isSmall ? 4 : 2)
    return (text.hasPrefix("-") ? "-" : "") + (currency == "USD" ? "$" : currency + " ") + text.drop { $0 == "-" }
  }

  /// Decimal digits rounded half away from zero, with two digits behind the point at least; never by way of a binary fraction.
  static func rounded(_ text: String, digits: Int) -> String {
    let isNegative = text.hasPrefix("-")
    let parts = text.drop { $0 == "-" }.split(separator: ".", maxSplits: 1).map { Array($0.utf8) }
    guard let whole = parts.first else { return text }
    let fraction = parts.count > 1 ? parts[1] : []
    var kept = whole + (0..<digits).map { $0 < fraction.count ? fraction[$0] : UInt8(ascii: "0") }
    if fraction.count > digits, fraction[digits] >= UInt8(ascii: "5") { increment(&kept) }
    let point = kept.count - digits
    var behind = Array(kept[point...])
    while behind.count > 2, behind.last == UInt8(ascii: "0") { behind.removeLast() }
    let result = String(decoding: kept[..<point], as: UTF8.self) + "." + String(decoding: behind, as: UTF8.self)
    return (isNegative && result.contains { $0 != "0" && $0 != "." } ? "-" : "") + result
  }

  private static func increment(_ digits: inout [UInt8]) {
    for index in digits.indices.reversed() {
      guard digits[index] == UInt8(ascii: "9") else {
        digits[index] += 1
        return
      }
      digits[index] = UInt8(ascii: "0")
    }
    digits.insert(UInt8(ascii: "1"), at: 0)
  }
}
