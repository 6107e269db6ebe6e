import FoundationEssentials

/// Prices as AWS writes them: digits with at most one point. `Decimal(string:)` alone takes a hyphen for zero, and reads on where it should not.
enum PriceText {
  /// The amount; nil for everything that is no price.
  static func amount(_ text: some StringProtocol) -> Decimal? {
    let parts = text.split(separator: ".", omittingEmptySubsequences: false)
    guard (1...2).contains(parts.count), parts.allSatisfy({ !$0.isEmpty && $0.utf8.allSatisfy { (0x30...0x39).contains($0) } }) else {
      return nil
    }
    return Decimal(string: String(text))
  }
}
