import AWSSupport
import Basics
import FoundationEssentials
public import ProviderKit
public import TrainingModel
import XML

extension EC2Provider {
  /// The Price List API answers in three regions for all of them.
  private static let priceListRegion = "us-east-1"
  /// A region's prices are asked type by type, so only for the likeliest ones.
  private static let mostTypesToAsk = 12
  /// When somebody wants them renewed it is worth a few seconds more.
  private static let mostTypesToRenew = 40

  /// A region's prices, completed from the Price List API when some of `types` are not at hand.
  ///
  /// That they cannot be asked (no permission, no network) is no failure: the prices stay unknown.
  func priceBook(_ region: String, for types: [MachineType]) async -> PriceBook {
    var book = prices.book(region)
    let day = String(Timestamp.format(now()).prefix(10))
    let open = types.filter { book.isOpen($0.name, on: day) }
    guard !open.isEmpty || book.diskMonth == nil else { return book }
    var fetched = PriceBook(region: region)
    // No permission, no network: what is not known stays unknown.
    try? await fetch(Self.likely(open, Self.mostTypesToAsk), wantsDisk: book.diskMonth == nil, day, into: &fetched)
    prices.keep(fetched)
    book.merge(fetched)
    return book
  }

  /// The types that are likeliest to be taken.
  private static func likely(_ types: [MachineType], _ most: Int) -> [String] {
    types.sorted { ($0.listPrice ?? Decimal(Int32.max), $0.name) < ($1.listPrice ?? Decimal(Int32.max), $1.name) }
      .prefix(most).map(\.name)
  }

  /// Asks for prices until one question is not answered; what was answered before is in the book.
  private func fetch(_ types: [String], wantsDisk: Bool, _ day: String, into book: inout PriceBook) async throws(ProviderError) {
    func price(_ answer: JSONValue) -> PriceBook.Price {
      PriceBook.Price(usd: PriceList.price(answer), date: day, source: "AWS Price List")
    }
    let region = book.region
    let client = try session.client(.pricing, region: Self.priceListRegion)
    if wantsDisk { book.diskMonth = price(try await client.json(priceCall(PriceList.disk(region: region), region))) }
    for type in types {
      book.machines[type] = price(try await client.json(priceCall(PriceList.machine(type, region: region), region)))
    }
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

  /// What a machine there is charged for. On the spot market that is at most the price on demand, unless a run allows less: what it does cost
  /// is in ``prices(at:from:to:)``.
  func meters(_ type: MachineType, market: RentalPlace.Market, book: PriceBook, gigabytes: Int64, address: Bool) -> [Meter] {
    let list = book.machines[type.name]
    let listed = list?.amount.map { Money($0) }
    var meters = [
      Meter(
        .compute, "\(type.name), \(market == .spot ? "spot" : "on demand")", hourly: listed, isCeiling: market == .spot,
        source: listed.flatMap { _ in list?.source }, asOf: listed.flatMap { _ in list?.date }, minimumSeconds: 60, span: .running)
    ]
    let disk = book.diskHourly(gigabytes: gigabytes).map { Money($0) }
    meters.append(
      Meter(
        .disk, "\(gigabytes) GB gp3", hourly: disk, source: disk.flatMap { _ in book.diskMonth?.source },
        asOf: disk.flatMap { _ in book.diskMonth?.date }, minimumSeconds: 60, span: .existing))
    if address, let hourly = PriceText.amount(PriceBook.addressHour) {
      meters.append(
        Meter(
          .address, "public IPv4", hourly: Money(hourly), source: "AWS list price", asOf: "2024-02-01", minimumSeconds: 60, span: .running))
    }
    return meters
  }
}

extension EC2Provider: PriceRefreshing {
  /// Renews what the Price List says of the likeliest machines and of disks, in every region of the settings.
  public func refreshPrices(for need: ResourceNeed) async throws(ProviderError) {
    let types = try MachineChoice.types(
      for: need, names: settings.instanceTypes, architectures: ["x86_64", "aarch64"], spot: false, of: CatalogueReader.bundled)
    let day = String(Timestamp.format(now()).prefix(10))
    for region in regions {
      var fetched = PriceBook(region: region)
      do throws(ProviderError) {
        try await fetch(Self.likely(types, Self.mostTypesToRenew), wantsDisk: true, day, into: &fetched)
      } catch {
        // What was told before is worth keeping.
        prices.keep(fetched)
        throw error
      }
      prices.keep(fetched)
    }
  }
}
