import Basics
import CommandLineKit
import FoundationEssentials

/// A whole number that is not negative.
struct Count: ArgumentValue, Equatable {
  let number: Int
  init(_ number: Int) { self.number = number }
  init?(argument: String) {
    guard let number = Int(argument), number >= 0 else { return nil }
    self.number = number
  }
  var argumentText: String { "\(number)" }
  static var expectation: String { "a whole number, 0 or more" }
}

/// A length of time.
struct Span: ArgumentValue, Equatable {
  let duration: Duration
  init?(argument: String) {
    guard let duration = TimeSpan.parse(argument) else { return nil }
    self.duration = duration
  }
  var argumentText: String { TimeSpan.format(duration) }
  var seconds: Int64 { duration.components.seconds }
  static var expectation: String { "a length of time such as 90s, 15m, 2h or 7d" }
}

/// How long ago, with its unit: where something is deleted by age, a bare number is more likely days than the seconds it means elsewhere.
struct Age: ArgumentValue, Equatable {
  let duration: Duration
  init?(argument: String) {
    guard argument.last?.isLetter == true, let duration = TimeSpan.parse(argument) else { return nil }
    self.duration = duration
  }
  var argumentText: String { TimeSpan.format(duration) }
  static var expectation: String { "a length of time with its unit, such as 12h, 7d or 4w" }
}

/// A moment: a length of time ago, or a day, or a time.
enum Moment: ArgumentValue, Equatable {
  case ago(Duration)
  case at(Date)

  init?(argument: String) {
    if let duration = TimeSpan.parse(argument) {
      self = .ago(duration)
    } else if let date = Timestamp.parse(argument) ?? Timestamp.parse(argument + "T00:00:00Z") {
      self = .at(date)
    } else {
      return nil
    }
  }

  func date(now: Date) -> Date {
    switch self {
    case .ago(let duration): now.addingTimeInterval(-duration.inSeconds)
    case .at(let date): date
    }
  }

  var argumentText: String {
    switch self {
    case .ago(let duration): TimeSpan.format(duration)
    case .at(let date): Timestamp.format(date)
    }
  }
  static var expectation: String { "a length of time such as 7d, a day such as 2026-11-21, or a time such as 2026-11-21T09:00:00Z" }
}
