import AWSSupport
import Basics
import FoundationEssentials
import ProviderKit
import TrainingModel
import XML

extension EC2Provider {
  /// The Price List API answers in three regions for all of them.
  private static let priceListRegion = "us-east-1"
  /// A region's prices are asked type by type, so only for the likeliest ones.
  private static let mostTypesToAsk = 12

  /// A region's prices, completed from the Price List API when some of `types` are not at hand.
  ///
  /// That they cannot be asked (no permission, no network) is no failure: the prices stay unknown.
  func priceBook(_ region: String, for types: [MachineType]) async -> PriceBook {
    let book = prices.book(region)
    let unknown = types.filter { book.hourly($0.name) == nil }
    guard !unknown.isEmpty || book.diskGigabyteMonth == nil else { return book }
    let likely = unknown.sorted { ($0.listPrice ?? Decimal(Int32.max), $0.name) < ($1.listPrice ?? Decimal(Int32.max), $1.name) }
    guard await refresh(region, Array(likely.prefix(Self.mostTypesToAsk).map(\.name))) else { return book }
    return prices.book(region)
  }

  /// Fetches prices and keeps them.
  /// - Returns: whether any came.
  func refresh(_ region: String, _ types: [String]) async -> Bool {
    let day = String(Timestamp.format(now()).prefix(10))
    var fetched = PriceBook(region: region, date: day, source: "AWS Price List", machines: [:])
    do throws(ProviderError) {
      let client = try session.client(.pricing, region: Self.priceListRegion)
      fetched.diskGigabyteMonth = PriceList.price(try await client.json(priceCall(PriceList.disk(region: region), region)))
      for type in types {
        fetched.machines[type] = PriceList.price(try await client.json(priceCall(PriceList.machine(type, region: region), region)))
      }
    } catch {
      guard !fetched.machines.isEmpty else { return false }
    }
    prices.keep(fetched)
    return true
  }

  private func priceCall(_ body: JSONValue, _ region: String) -> AWSCall {
    .json("AWSPriceListService.GetProducts", body, doing: "ask for prices in \(region)")
  }

  /// The spot prices that hold now.
  func spotPrices(_ region: String, _ types: [String]) async throws(ProviderError) -> [SpotPrice] {
    SpotPrice.newest(try await spotHistory(region, types, zone: nil, from: now(), to: nil))
  }

  /// All pages of a price history.
  func spotHistory(_ region: String, _ types: [String], zone: String?, from start: Date, to end: Date?) async throws(ProviderError)
    -> [SpotPrice]
  {
    var found: [SpotPrice] = []
    var page: String?
    repeat {
      let answer = try await ask(
        region, EC2Calls.spotPrices(of: types, zone: zone, from: start, to: end, after: page), doing: "ask for spot prices")
      found += SpotPrice.list(answer)
      page = answer.text("nextToken")
    } while page != nil
    return found
  }

  /// What a machine there is charged for.
  func meters(_ type: MachineType, market: RentalPlace.Market, spot: Decimal?, book: PriceBook, gigabytes: Int64, address: Bool) -> [Meter]
  {
    let listed = book.hourly(type.name).map { Money($0) }
    var meters: [Meter] = []
    if market == .spot {
      meters.append(
        Meter(
          .compute, "\(type.name), spot", hourly: spot.map { Money($0) } ?? listed, isCeiling: spot == nil,
          source: spot == nil ? book.source : "spot price history",
          asOf: spot == nil ? book.date : String(Timestamp.format(now()).prefix(10)),
          minimumSeconds: 60, span: .running))
    } else {
      meters.append(
        Meter(
          .compute, "\(type.name), on demand", hourly: listed, source: listed.map { _ in book.source }, asOf: listed.map { _ in book.date },
          minimumSeconds: 60, span: .running))
    }
    let disk = book.diskHourly(gigabytes: gigabytes).map { Money($0) }
    meters.append(
      Meter(
        .disk, "\(gigabytes) GB gp3", hourly: disk, source: disk.map { _ in book.source }, asOf: disk.map { _ in book.date },
        minimumSeconds: 60,
        span: .existing))
    if address, let hourly = PriceText.amount(PriceBook.addressHour) {
      meters.append(
        Meter(
          .address, "public IPv4", hourly: Money(hourly), source: "AWS list price", asOf: "2024-02-01", minimumSeconds: 60, span: .running))
    }
    return meters
  }
}
