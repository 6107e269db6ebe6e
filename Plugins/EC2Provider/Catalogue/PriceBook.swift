import Basics
import FoundationEssentials

/// Prices of one region, with their source and day.
struct PriceBook: Sendable, Codable, Equatable {
  static let currentSchema = "runpilot/ec2-prices/v1"

  var schema = PriceBook.currentSchema
  var region: String
  /// `2026-07-20`.
  var date: String
  /// Where the prices are from.
  var source: String
  /// Per hour on demand, in US dollars as text, by type: JSON's numbers are no money.
  var machines: [String: String]
  /// A gigabyte of gp3 for a month.
  var diskGigabyteMonth: String?

  /// A public IPv4 address for an hour: the same in every region of the standard partition since 2024-02-01.
  static let addressHour = "0.005"

  /// The prices that came with the program; nil for regions it knows none of.
  static func bundled(_ region: String) -> PriceBook? {
    guard region == CatalogueReader.region else { return nil }
    var machines: [String: String] = [:]
    for type in CatalogueReader.bundled { machines[type.name] = type.listPrice.map { "\($0)" } }
    return PriceBook(region: region, date: CatalogueText.date, source: CatalogueText.source, machines: machines, diskGigabyteMonth: "0.08")
  }

  /// The price of an hour of a machine.
  func hourly(_ type: String) -> Decimal? { machines[type].flatMap { PriceText.amount($0) } }

  /// The price of an hour of a disk, to ten places; a month has 730 hours, as in AWS's own estimates.
  func diskHourly(gigabytes: Int64) -> Decimal? {
    guard let month = diskGigabyteMonth.flatMap({ PriceText.amount($0) }), let scaled = Int64("\(month * Self.scale)") else { return nil }
    let (product, overflow) = scaled.multipliedReportingOverflow(by: gigabytes)
    return overflow ? nil : Decimal((product + 365) / 730) / Self.scale
  }

  private static let scale = Decimal(10_000_000_000)
}
