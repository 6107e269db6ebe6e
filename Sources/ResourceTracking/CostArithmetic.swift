public import FoundationEssentials
public import TrainingModel

/// From time and rate to money, exactly and the same everywhere.
public enum CostArithmetic {
  /// What one meter costs on one day (UTC).
  public struct DailyCharge: Sendable, Equatable {
    /// Days since 1970-01-01.
    public var day: Int64
    /// How long.
    public var milliseconds: Int64
    /// How much, in 10⁻⁹ of the currency; nil when the rate is unknown.
    public var nanos: Int64?

    /// A charge.
    public init(day: Int64, milliseconds: Int64, nanos: Int64?) {
      self.day = day
      self.milliseconds = milliseconds
      self.nanos = nanos
    }
  }

  /// Milliseconds of a day.
  public static let dayLength: Int64 = 86_400_000

  /// What a time costs at a rate, rounded once, half away from zero, to 10⁻⁹ of the currency.
  public static func nanos(_ hourly: Money, milliseconds: Int64) -> Int64 {
    let exact = scaled(hourly.amount) * Int128(milliseconds)
    // 10¹⁸ of the scale, 10⁻⁹ wanted; an hour has 3.6 million milliseconds.
    let divisor: Int128 = 3_600_000 * 1_000_000_000
    let half: Int128 = exact < 0 ? -divisor / 2 : divisor / 2
    return Int64(clamping: (exact + half) / divisor)
  }

  /// An amount as money.
  public static func money(nanos: Int64, currency: String) -> Money {
    Money(Decimal(sign: nanos < 0 ? .minus : .plus, exponent: -9, significand: Decimal(nanos.magnitude)), currency)
  }

  /// An interval by days. The days' amounts sum to the interval's amount, rounded once.
  /// - Parameter until: the end of an interval that still runs.
  public static func daily(_ interval: CostInterval, until: Date) -> [DailyCharge] {
    let start = milliseconds(interval.start)
    let end = milliseconds(interval.end ?? until)
    guard end > start else { return [] }
    var charges: [DailyCharge] = []
    var (from, before): (Int64, Int64) = (start, 0)
    while from < end {
      let day = floorDivide(from, dayLength)
      let to = min(end, (day + 1) * dayLength)
      let soFar = interval.meter.hourly.map { nanos($0, milliseconds: to - start) }
      charges.append(DailyCharge(day: day, milliseconds: to - from, nanos: soFar.map { $0 - before }))
      (from, before) = (to, soFar ?? 0)
    }
    return charges
  }

  /// Whole milliseconds since 1970, as the ledger keeps times.
  public static func milliseconds(_ date: Date) -> Int64 { Int64((date.timeIntervalSince1970 * 1_000).rounded()) }

  /// The other way.
  public static func date(milliseconds: Int64) -> Date { Date(timeIntervalSince1970: Double(milliseconds) / 1_000) }

  /// The day of a moment: days since 1970-01-01, UTC.
  public static func day(_ date: Date) -> Int64 { floorDivide(milliseconds(date), dayLength) }

  private static func floorDivide(_ left: Int64, _ right: Int64) -> Int64 { left >= 0 ? left / right : (left + 1) / right - 1 }

  /// An amount times 10¹⁸; what is finer is cut off.
  private static func scaled(_ amount: Decimal) -> Int128 {
    let text = amount.description
    let isNegative = text.hasPrefix("-")
    let parts = text.drop { $0 == "-" }.split(separator: ".", omittingEmptySubsequences: false)
    var value = Int128(parts.first ?? "0") ?? 0
    let fraction = parts.count > 1 ? parts[1].prefix(18) : ""
    for _ in 0..<18 { value *= 10 }
    var digits = Int128(fraction) ?? 0
    for _ in 0..<(18 - fraction.count) { digits *= 10 }
    value += digits
    return isNegative ? -value : value
  }
}
