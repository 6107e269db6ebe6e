import AWSSupport
import Basics
import FoundationEssentials
public import ProviderKit
public import TrainingModel
import XML

extension EC2Provider {
  /// More places than anybody waits for.
  private static let mostTypes = 20

  /// Priced machines that meet the need, from the prices at hand where they are; cheapest first.
  public func offers(for need: ResourceNeed) async throws(ProviderError) -> [Offer] {
    let types = try MachineChoice.types(
      for: need, names: settings.instanceTypes, architectures: ["x86_64", "aarch64"], spot: false, of: CatalogueReader.bundled)
    var offers: [Offer] = []
    for region in regions {
      let book = await priceBook(region, for: types)
      let gigabytes = gigabytes(need, hasGPU: need.gpus.isWanted)
      offers += types.map { type in
        offer(type, meters(type, market: .onDemand, book: book, gigabytes: gigabytes, address: settings.publicAddress), region)
      }
    }
    return offers.sorted { Self.comesFirst(($0.pricePerHour, $0.machine), ($1.pricePerHour, $1.machine)) }
  }

  /// Places that meet the need: types by price, each in every zone that offers it.
  public func candidates(for need: RentalNeed) async throws(ProviderError) -> [RentalCandidate] {
    let settings = settings.with(need.options)
    let types = try MachineChoice.types(
      for: need.resources, names: settings.instanceTypes, architectures: need.architectures, spot: need.spot, of: CatalogueReader.bundled)
    let account = try await who().account
    var found: [RentalCandidate] = []
    for region in try regions(settings) {
      let book = await priceBook(region, for: types)
      let byPrice = types.sorted {
        Self.comesFirst((book.hourly($0.name).map { Money($0) }, $0.name), (book.hourly($1.name).map { Money($0) }, $1.name))
      }
      let likely = Array(byPrice.prefix(Self.mostTypes))
      guard !likely.isEmpty else { continue }
      let spots = need.spot ? try await spotPrices(region, likely.map(\.name)) : []
      let zones = try await zones(of: likely.map(\.name), in: region, settings)
      for type in likely {
        let gigabytes = gigabytes(need.resources, hasGPU: type.gpu != nil)
        for zone in zones[type.name] ?? [] {
          let spot = spots.first { $0.type == type.name && $0.zone == zone }?.hourly
          let market: RentalPlace.Market = need.spot ? .spot : .onDemand
          let meters = meters(type, market: market, book: book, gigabytes: gigabytes, address: settings.publicAddress)
          found.append(
            RentalCandidate(
              place: RentalPlace(provider: id, account: account, region: region, zone: zone, machine: type.name, market: market),
              offer: offer(type, meters, region, spot: spot), architecture: type.architecture, meters: meters))
        }
      }
    }
    return found.enumerated().sorted { left, right in
      let (one, other) = (left.element.offer.pricePerHour, right.element.offer.pricePerHour)
      return one == other ? left.offset < right.offset : Self.comesFirst((one, ""), (other, ""))
    }.map(\.element)
  }

  /// The zones that offer each type; one unnamed zone where a subnet decides.
  private func zones(of types: [String], in region: String, _ settings: EC2Settings) async throws(ProviderError) -> [String: [String?]] {
    if settings.subnet != nil { return Dictionary(uniqueKeysWithValues: types.map { ($0, [nil]) }) }
    var found: [String: [String?]] = [:]
    var page: String?
    repeat {
      let answer = try await ask(region, EC2Calls.offerings(of: types, after: page), doing: "ask which zones have \(types[0])")
      for offering in answer.items("instanceTypeOfferingSet") {
        guard let type = offering.text("instanceType"), let zone = offering.text("location") else { continue }
        if settings.zones.isEmpty || settings.zones.contains(zone) { found[type, default: []].append(zone) }
      }
      page = answer.text("nextToken")
    } while page != nil
    return found.mapValues { $0.sorted { ($0 ?? "") < ($1 ?? "") } }
  }

  /// The disk a machine gets: what was asked for, else the usual.
  func gigabytes(_ need: ResourceNeed, hasGPU: Bool) -> Int64 {
    guard let disk = need.disk else { return MachineImage.usualGigabytes(hasGPU: hasGPU) }
    return max(1, (disk.bytes + (1 << 30) - 1) >> 30)
  }

  /// All meters together, or unknown when one of them is.
  /// - Parameter spot: what the machine itself costs on the market now.
  private func offer(_ type: MachineType, _ meters: [Meter], _ region: String, spot: Decimal? = nil) -> Offer {
    let prices = meters.map { meter in meter.isCeiling ? spot ?? meter.hourly?.amount : meter.hourly?.amount }
    let total = prices.contains(nil) ? nil : Money(prices.compactMap { $0 }.reduce(0, +))
    var offer = Offer(
      provider: id, machine: type.name, gpuType: type.gpu?.model, gpuCount: type.gpuCount, pricePerHour: total, priceSource: nil)
    (offer.gpuMemory, offer.cpuCores) = (type.gpu.map { ByteSize(bytes: $0.memoryMiB << 20) }, type.cores)
    (offer.memory, offer.region) = (type.memory, region)
    guard total != nil else { return offer }
    (offer.priceSource, offer.pricedOn) = (meters.first?.source, meters.first?.asOf)
    if spot != nil { (offer.priceSource, offer.pricedOn) = ("spot price history", String(Timestamp.format(now()).prefix(10))) }
    return offer
  }

  /// Cheaper first, unknown last, then by name.
  private static func comesFirst(_ left: (Money?, String), _ right: (Money?, String)) -> Bool {
    switch (left.0, right.0) {
    case (let one?, let other?): one == other ? left.1 < right.1 : one < other
    case (nil, nil): left.1 < right.1
    case (let one, _): one != nil
    }
  }
}
