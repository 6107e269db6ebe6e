/// Reading and writing lengths of time as people type them.
public enum TimeSpan {
  /// Reads `90`, `90s`, `15m`, `2h`, `1h30m`, `7d` or `1w`; a bare number is seconds.
  /// - Returns: nil when `text` is no length of time, is negative, or repeats or misorders units.
  public static func parse(_ text: String) -> Duration? {
    let text = text.trimmed().lowercased()
    if let seconds = Int64(text) { return seconds >= 0 && seconds <= limit ? .seconds(seconds) : nil }
    var rest = Substring(text)
    var total: Int64 = 0
    var previous = Int64.max
    while !rest.isEmpty {
      let digits = rest.prefix { $0.isASCII && $0.isNumber }
      rest = rest.dropFirst(digits.count)
      let name = rest.prefix { $0.isLetter }
      rest = rest.dropFirst(name.count)
      guard let count = Int64(digits), let unit = units[String(name)], unit < previous else { return nil }
      let (product, overflow) = count.multipliedReportingOverflow(by: unit)
      guard !overflow, product <= limit else { return nil }
      total += product
      previous = unit
    }
    return text.isEmpty || total > limit ? nil : .seconds(total)
  }

  /// "2d 3h", "1h 5m", "2m 31s", "4.2s": the two largest units.
  public static func format(_ duration: Duration) -> String {
    let (seconds, attoseconds) = duration.components
    guard seconds >= 0 else { return "0s" }
    if seconds < 60 {
      let tenths = attoseconds / 100_000_000_000_000_000
      return seconds < 10 && tenths > 0 ? "\(seconds).\(tenths)s" : "\(seconds)s"
    }
    let parts = [("d", seconds / 86_400), ("h", seconds / 3_600 % 24), ("m", seconds / 60 % 60), ("s", seconds % 60)]
    return parts.drop { $0.1 == 0 }.prefix(2).filter { $0.1 > 0 }.map { "\($0.1)\($0.0)" }.joined(separator: " ")
  }

  /// A hundred years: beyond it a length is a typing error.
  private static let limit: Int64 = 100 * 366 * 86_400
  private static let units: [String: Int64] = [
    "s": 1, "sec": 1, "m": 60, "min": 60, "h": 3_600, "d": 86_400, "w": 604_800,
  ]
}

extension Duration {
  /// The length in seconds, for JSON and arithmetic that needs no exactness.
  public var inSeconds: Double {
    let (seconds, attoseconds) = components
    return Double(seconds) + Double(attoseconds) / 1e18
  }
}
