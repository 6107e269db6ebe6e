import Basics
import FoundationEssentials
import TerminalUI
import TrainingModel

/// Offers, a row each.
struct OffersReport: Report {
  static let kind = "offers"
  let offers: [Offer]
  /// How many are not shown.
  let more: Int
  /// Prices are as old as they are at this time.
  let now: Date
  var ids: [String] { offers.map(\.machine) }

  /// What is to be said of the prices that are shown, so that somebody asks for them again.
  var doubt: String? {
    let days = offers.compactMap { PriceAge(of: $0, now: now) }.filter(\.isOld).map(\.days).max()
    let isUnknown = offers.contains { $0.pricePerHour == nil }
    guard isUnknown || days != nil else { return nil }
    let reasons = [isUnknown ? "are not known" : nil, days.map { "are up to \($0) days old" }].compactMap(\.self)
    return "ask for prices that " + reasons.joined(separator: ", or ")
  }

  func encode(to encoder: any Encoder) throws {
    var values = encoder.container(keyedBy: CodingKeys.self)
    try values.encode(offers.map { OfferJSON($0, now: now) }, forKey: .offers)
    try values.encode(more, forKey: .more)
  }
  private enum CodingKeys: CodingKey { case offers, more }

  // MARK: text

  /// A column, and what it says of an offer.
  private struct Column {
    let shape: Table.Column
    let cell: (Offer) -> Cell
    init(_ shape: Table.Column, _ cell: @escaping (Offer) -> Cell) { (self.shape, self.cell) = (shape, cell) }
  }

  func text(_ page: Page) -> String {
    guard !offers.isEmpty else { return "No machine meets that.\n" }
    // A column in which nobody says anything is none.
    let columns = columns.filter { column in !offers.allSatisfy { ["", Self.unknown].contains(column.cell($0).text) } }
    let table = Table(columns.map(\.shape), rows: offers.map { offer in columns.map { $0.cell(offer) } })
    return table.text(page.terminal) + (more > 0 ? "and \(more) more: `--limit`\n" : "")
  }

  private static let unknown = "-"

  private var columns: [Column] {
    let isMixed = Set(offers.map(\.isSpot)).count > 1
    func onlyWithGPU(_ offer: Offer, _ text: String?) -> Cell { Cell(offer.gpuCount > 0 ? text ?? Self.unknown : "") }
    return [
      Column(.init("PROVIDER")) { Cell($0.provider.rawValue) },
      Column(.init("MACHINE")) { Cell($0.machine, .bold) },
      Column(.init("GPU")) { Cell($0.gpuCount > 0 ? "\($0.gpuCount) × \($0.gpuType ?? "GPU")" : "") },
      Column(.init("GPU MEM", alignsRight: true, rank: 6)) { onlyWithGPU($0, $0.gpuMemory?.description) },
      Column(.init("VCPUS", alignsRight: true, rank: 7)) { Cell($0.cpuCores.map { "\($0)" } ?? Self.unknown) },
      Column(.init("RAM", alignsRight: true, rank: 8)) { Cell($0.memory?.description ?? Self.unknown) },
      Column(.init("PRICE/H", alignsRight: true)) { Cell($0.pricePerHour?.shortText ?? "unknown") },
      Column(.init("PER GPU", alignsRight: true, rank: 2)) { onlyWithGPU($0, $0.pricePerGPUHour?.shortText) },
      Column(.init("MARKET", rank: isMixed ? 1 : 5)) { Cell($0.isSpot ? "spot" : "on demand") },
      Column(.init("REGION", rank: 3)) { Cell(Self.region($0)) },
      Column(.init("AGE", rank: 4)) { offer in
        guard let age = PriceAge(of: offer, now: now) else { return "" }
        return Cell(age.text, age.isOld ? .yellow : nil)
      },
      Column(.init("PRICE FROM", rank: 9, minimum: 14, cut: .middle)) { Cell($0.priceSource ?? "") },
    ]
  }

  /// The zone, which mostly names its region.
  private static func region(_ offer: Offer) -> String {
    guard let zone = offer.zone else { return offer.region ?? unknown }
    guard let region = offer.region, !zone.hasPrefix(region) else { return zone }
    return "\(region), \(zone)"
  }
}

/// An offer as other programs read it: every member is there, null where it is unknown.
private struct OfferJSON: Encodable {
  private let offer: Offer
  private let days: Int?

  init(_ offer: Offer, now: Date) {
    self.offer = offer
    days = PriceAge(of: offer, now: now)?.days
  }

  private enum CodingKeys: String, CodingKey {
    case provider, machine, market, region, zone, gpu
    case gpuCount = "gpu_count"
    case gpuMemory = "gpu_memory_bytes"
    case cpuCores = "cpu_cores"
    case memory = "memory_bytes"
    case pricePerHour = "price_per_hour"
    case pricePerGPUHour = "price_per_gpu_hour"
    case priceSource = "price_source"
    case pricedOn = "priced_on"
    case priceAge = "price_age_days"
  }

  func encode(to encoder: any Encoder) throws {
    var values = encoder.container(keyedBy: CodingKeys.self)
    try values.encode(offer.provider, forKey: .provider)
    try values.encode(offer.machine, forKey: .machine)
    try values.encode(offer.isSpot ? RentalPlace.Market.spot : .onDemand, forKey: .market)
    try values.encode(offer.region, forKey: .region)
    try values.encode(offer.zone, forKey: .zone)
    try values.encode(offer.gpuType, forKey: .gpu)
    try values.encode(offer.gpuCount, forKey: .gpuCount)
    try values.encode(offer.gpuMemory, forKey: .gpuMemory)
    try values.encode(offer.cpuCores, forKey: .cpuCores)
    try values.encode(offer.memory, forKey: .memory)
    try values.encode(offer.pricePerHour.map { CostJSON.Amount($0) }, forKey: .pricePerHour)
    try values.encode(offer.pricePerGPUHour.map { CostJSON.Amount($0) }, forKey: .pricePerGPUHour)
    try values.encode(offer.priceSource, forKey: .priceSource)
    try values.encode(offer.pricedOn, forKey: .pricedOn)
    try values.encode(days, forKey: .priceAge)
  }
}
