public import FoundationEssentials

/// Times as ISO 8601 in UTC with milliseconds: `2026-11-21T04:48:11.250Z`.
///
/// Our own form is written and read by hand: the general formatter loads the machine's time zone first, and every command would wait for it.
public enum Timestamp {
  /// Writes a time.
  public static func format(_ date: Date) -> String {
    let milliseconds = Int64((date.timeIntervalSince1970 * 1_000).rounded())
    let (days, rest) = (floorDivide(milliseconds, 86_400_000), floorModulo(milliseconds, 86_400_000))
    let (year, month, day) = civil(days)
    guard ownYears.contains(year) else { return general.format(date) }
    var bytes: [UInt8] = []
    bytes.reserveCapacity(24)
    let parts: [(Int64, width: Int, after: Unicode.Scalar)] = [
      (year, 4, "-"), (month, 2, "-"), (day, 2, "T"), (rest / 3_600_000, 2, ":"), (rest / 60_000 % 60, 2, ":"), (rest / 1_000 % 60, 2, "."),
      (rest % 1_000, 3, "Z"),
    ]
    for (value, width, after) in parts {
      var scale: Int64 = width == 4 ? 1_000 : width == 3 ? 100 : 10
      while scale > 0 {
        bytes.append(UInt8(ascii: "0") + UInt8(value / scale % 10))
        scale /= 10
      }
      bytes.append(UInt8(ascii: after))
    }
    return String(decoding: bytes, as: UTF8.self)
  }

  /// Reads a time with or without fractional seconds, in UTC or with an offset; nil when `text` is none.
  public static func parse(_ text: String) -> Date? {
    if let date = ownForm(Array(text.utf8)) { return date }
    if let date = try? general.parse(text) { return date }
    return try? Date.ISO8601FormatStyle().parse(text)
  }

  /// Before them the general formatter uses the Julian calendar, after them more digits.
  private static let ownYears: ClosedRange<Int64> = 1_600...9_999
  private static let general = Date.ISO8601FormatStyle(includingFractionalSeconds: true)

  /// Reads what ``format(_:)`` writes, and nothing else.
  private static func ownForm(_ text: [UInt8]) -> Date? {
    guard text.count == 24, text[4] == 0x2D, text[7] == 0x2D, text[10] == 0x54, text[13] == 0x3A, text[16] == 0x3A, text[19] == 0x2E,
      text[23] == 0x5A
    else { return nil }
    func number(_ range: Range<Int>) -> Int64? {
      var value: Int64 = 0
      for byte in text[range] {
        guard (0x30...0x39).contains(byte) else { return nil }
        value = value * 10 + Int64(byte - 0x30)
      }
      return value
    }
    guard let year = number(0..<4), let month = number(5..<7), let day = number(8..<10), let hour = number(11..<13),
      let minute = number(14..<16),
      let second = number(17..<19), let millisecond = number(20..<23)
    else { return nil }
    // A 31st of June is for the general reader to refuse, as is a leap second.
    guard ownYears.contains(year), (1...12).contains(month), day >= 1, day <= 28, hour < 24, minute < 60, second < 60 else { return nil }
    let seconds = ((daysSinceEpoch(year, month, day) * 24 + hour) * 60 + minute) * 60 + second
    return Date(timeIntervalSince1970: Double(seconds * 1_000 + millisecond) / 1_000)
  }

  /// The Gregorian date of a day since 1970-01-01 (Howard Hinnant, "chrono-compatible low-level date algorithms", civil_from_days).
  private static func civil(_ days: Int64) -> (year: Int64, month: Int64, day: Int64) {
    let shifted = days + 719_468
    let era = floorDivide(shifted, 146_097)
    let dayOfEra = shifted - era * 146_097
    let yearOfEra = (dayOfEra - dayOfEra / 1_460 + dayOfEra / 36_524 - dayOfEra / 146_096) / 365
    let dayOfYear = dayOfEra - (365 * yearOfEra + yearOfEra / 4 - yearOfEra / 100)
    let shiftedMonth = (5 * dayOfYear + 2) / 153
    let month = shiftedMonth < 10 ? shiftedMonth + 3 : shiftedMonth - 9
    return (yearOfEra + era * 400 + (month <= 2 ? 1 : 0), month, dayOfYear - (153 * shiftedMonth + 2) / 5 + 1)
  }

  /// The other way (days_from_civil).
  private static func daysSinceEpoch(_ year: Int64, _ month: Int64, _ day: Int64) -> Int64 {
    let shiftedYear = month <= 2 ? year - 1 : year
    let era = floorDivide(shiftedYear, 400)
    let yearOfEra = shiftedYear - era * 400
    let dayOfYear = (153 * (month > 2 ? month - 3 : month + 9) + 2) / 5 + day - 1
    return era * 146_097 + yearOfEra * 365 + yearOfEra / 4 - yearOfEra / 100 + dayOfYear - 719_468
  }

  private static func floorDivide(_ left: Int64, _ right: Int64) -> Int64 { left >= 0 ? left / right : (left + 1) / right - 1 }
  private static func floorModulo(_ left: Int64, _ right: Int64) -> Int64 { left - floorDivide(left, right) * right }
}
