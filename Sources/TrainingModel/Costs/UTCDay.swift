import Basics
public import FoundationEssentials

/// A day as vendors bill it: from midnight to midnight, UTC.
public struct UTCDay: Sendable, Hashable, Comparable, CustomStringConvertible {
  /// Days since 1970-01-01.
  public let number: Int64
  /// A day by its number.
  public init(number: Int64) { self.number = number }
  /// The day in which a moment lies.
  public init(_ date: Date) { number = Int64((date.timeIntervalSince1970 / 86_400).rounded(.down)) }

  /// Its first moment.
  public var start: Date { Date(timeIntervalSince1970: Double(number) * 86_400) }
  /// The first moment of the next.
  public var end: Date { Date(timeIntervalSince1970: Double(number + 1) * 86_400) }
  /// `2026-07-20`.
  public var description: String { String(Timestamp.format(start).prefix(10)) }
  /// The first day of its calendar month.
  public var startOfMonth: UTCDay { UTCDay(number: number - (Int64(description.suffix(2)) ?? 1) + 1) }
  /// The first day of the next calendar month.
  public var startOfNextMonth: UTCDay { UTCDay(number: startOfMonth.number + 31).startOfMonth }

  /// Older days first.
  public static func < (left: UTCDay, right: UTCDay) -> Bool { left.number < right.number }
}
