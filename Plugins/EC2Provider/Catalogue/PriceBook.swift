import Basics
import FoundationEssentials

/// Prices of one region, each with its source and day.
struct PriceBook: Sendable, Codable, Equatable {
  static let currentSchema = "runpilot/ec2-prices/v1"

  /// One price, in US dollars as text: JSON's numbers are no money.
  struct Price: Sendable, Codable, Equatable {
    /// nil when AWS was asked and has none.
    var usd: String?
    /// `2026-07-20`.
    var date: String
    /// Where it is from.
    var source: String

    var amount: Decimal? { usd.flatMap { PriceText.amount($0) } }

    /// What an hour of so many gigabytes costs when this is the price of one for a month, to ten places; a month has 730 hours, as in AWS's
    /// own estimates.
    func hourly(gigabytes: Int64) -> Decimal? {
      guard let month = amount, let scaled = Int64("\(month * Self.scale)") else { return nil }
      let (product, overflow) = scaled.multipliedReportingOverflow(by: gigabytes)
      return overflow ? nil : Decimal((product + 365) / 730) / Self.scale
    }

    private static let scale = Decimal(10_000_000_000)
  }

  var schema = PriceBook.currentSchema
  var region: String
  /// Of an hour on demand, by type.
  var machines: [String: Price] = [:]
  /// Of a gigabyte of gp3 for a month.
  var diskMonth: Price?
  /// Of a gigabyte of a snapshot for a month.
  var snapshotMonth: Price?

  /// A public IPv4 address for an hour: the same in every region of the standard partition since 2024-02-01.
  static let addressHour = "0.005"

  init(region: String) { self.region = region }

  /// The prices that came with the program; none for regions it knows none of.
  static func bundled(_ region: String) -> PriceBook {
    var book = PriceBook(region: region)
    guard region == CatalogueReader.region else { return book }
    func price(_ usd: String) -> Price { Price(usd: usd, date: CatalogueText.date, source: CatalogueText.source) }
    for type in CatalogueReader.bundled { book.machines[type.name] = type.listPrice.map { price("\($0)") } }
    (book.diskMonth, book.snapshotMonth) = (price("0.08"), price("0.05"))
    return book
  }

  /// Takes over what another book knows of a later day.
  mutating func merge(_ other: PriceBook) {
    machines.merge(other.machines, uniquingKeysWith: Self.later)
    func later(_ own: Price?, _ other: Price?) -> Price? { own.map { own in other.map { Self.later(own, $0) } ?? own } ?? other }
    diskMonth = later(diskMonth, other.diskMonth)
    snapshotMonth = later(snapshotMonth, other.snapshotMonth)
  }

  /// That AWS has no price any more does not take away the one that is known.
  private static func later(_ own: Price, _ other: Price) -> Price {
    if (own.usd == nil) != (other.usd == nil) { return own.usd == nil ? other : own }
    return other.date >= own.date ? other : own
  }

  /// The price of an hour of a machine.
  func hourly(_ type: String) -> Decimal? { machines[type]?.amount }

  /// Whether it is worth asking for a machine's price on a day: it is not known, and was not asked for on that day.
  func isOpen(_ type: String, on day: String) -> Bool { hourly(type) == nil && machines[type]?.date != day }

  /// The price of an hour of a gp3 disk.
  func diskHourly(gigabytes: Int64) -> Decimal? { diskMonth?.hourly(gigabytes: gigabytes) }
}
