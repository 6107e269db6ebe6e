import Basics
import FoundationEssentials
import TrainingModel

/// How long ago a price was the vendor's.
struct PriceAge: Equatable {
  /// Whole days; 0 is today.
  let days: Int

  /// Older prices are worth asking for again: vendors change theirs a few times a year.
  static let usual = 30

  /// - Returns: nil where no price is known, or it does not age.
  init?(of offer: Offer, now: Date) {
    guard offer.pricePerHour != nil, let day = offer.pricedOn, let date = Timestamp.parse(day + "T00:00:00Z") else { return nil }
    days = max(0, Int(now.timeIntervalSince(date) / 86_400))
  }

  var isOld: Bool { days > Self.usual }

  /// "today", "1 day", "12 days".
  var text: String {
    switch days {
    case 0: "today"
    case 1: "1 day"
    default: "\(days) days"
    }
  }
}
