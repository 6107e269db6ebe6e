import AWSSupport
import Basics
import FoundationEssentials
import XML

/// A spot price from a moment on.
struct SpotPrice: Sendable, Equatable {
  var type: String
  var zone: String
  var hourly: Decimal
  var from: Date

  /// The prices of an answer to DescribeSpotPriceHistory.
  static func list(_ root: XMLNode) -> [SpotPrice] {
    root.items("spotPriceHistorySet").compactMap { node in
      guard let type = node.text("instanceType"), let zone = node.text("availabilityZone"),
        let price = node.text("spotPrice").flatMap({ PriceText.amount($0) }), let from = node.text("timestamp").flatMap(Timestamp.parse)
      else { return nil }
      return SpotPrice(type: type, zone: zone, hourly: price, from: from)
    }
  }

  /// The newest price of each type in each zone.
  static func newest(_ prices: [SpotPrice]) -> [SpotPrice] {
    Dictionary(grouping: prices) { [$0.type, $0.zone] }.values.compactMap { $0.max { $0.from < $1.from } }
  }
}
