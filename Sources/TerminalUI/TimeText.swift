public import FoundationEssentials
import Glibc

/// Times and lengths of time as people read them.
public struct TimeText: Sendable {
  private let offset: @Sendable (Date) -> Int

  /// Times of a place whose clocks are `offset` seconds ahead of UTC at a given moment.
  public init(offset: @escaping @Sendable (Date) -> Int) { self.offset = offset }

  /// Times of UTC.
  public static let utc = TimeText { _ in 0 }

  /// Times of the machine's own place (`TZ`, /etc/localtime).
  public static let local = TimeText { date in
    var seconds = time_t(date.timeIntervalSince1970)
    var broken = tm()
    return localtime_r(&seconds, &broken) == nil ? 0 : broken.tm_gmtoff
  }

  /// `2026-11-21 05:13:03`.
  public func stamp(_ date: Date) -> String {
    let shifted = Date(timeIntervalSince1970: date.timeIntervalSince1970 + Double(offset(date)))
    let text = shifted.formatted(Date.ISO8601FormatStyle())
    return text.prefix(10) + " " + text.dropFirst(11).prefix(8)
  }

  /// `just now`, `3m ago`, `2h ago`, `5d ago`; after 30 days the day itself. A time in the future (a clock that jumped) is a stamp.
  public func ago(_ date: Date, now: Date) -> String {
    let seconds = now.timeIntervalSince(date)
    switch seconds {
    case ..<(-5): return stamp(date)
    case ..<5: return "just now"
    case ..<60: return "\(Int(seconds))s ago"
    case ..<3_600: return "\(Int(seconds / 60))m ago"
    case ..<86_400: return "\(Int(seconds / 3_600))h ago"
    case ..<(30 * 86_400): return "\(Int(seconds / 86_400))d ago"
    default: return String(stamp(date).prefix(10))
    }
  }

  /// `00:02:31`; hours grow beyond two digits.
  public static func clock(_ seconds: Double) -> String {
    let whole = seconds.isFinite ? Int(max(0, min(seconds, 1e15))) : 0
    func two(_ number: Int) -> String { number < 10 ? "0\(number)" : "\(number)" }
    return "\(two(whole / 3_600)):\(two(whole / 60 % 60)):\(two(whole % 60))"
  }
}
