import Basics
import CommandLineKit
import ControlAPI
import FoundationEssentials
import TerminalUI
import TrainingModel

/// `runpilot offers`.
struct Offers: Command {
  static let name = "offers"
  static let summary = "List machines that could be rented, cheapest first"
  static let discussion = """
    The price is of a running hour with its disk and address. One that nobody knows stays unknown and comes last. Nothing is rented. \
    Prices are kept with their day; --refresh asks the vendors for them again. What is rented keeps the price that it was rented at.
    """
  static let examples = [
    Example("runpilot offers --gpu H100:8 --max-price 60", "Machines with eight H100 for at most 60 USD an hour"),
    Example("runpilot offers --gpu 1 --spot", "Spot prices of machines with a GPU, as they are now"),
    Example("runpilot offers --refresh", "List prices as they are today"),
  ]
  static let exitCodes = [ExitNote(.partial, "a provider did not answer")]
  static let fields: [Field<Self>] =
    [
      .option("gpu", \.gpu, "GPUs that it must have: a number, a model, or MODEL:NUMBER", aliases: ["gpus"], value: "wish"),
      .option("max-price", \.maxPrice, "Leave out what costs more, or an unknown price", value: "amount"),
      .flag("spot", \.spot, "Spot prices; they are asked of the provider"),
      .flag("refresh", \.refresh, "Ask vendors again for prices that are known already"),
      .option("provider", \.provider, "Ask this provider only", value: "name", completion: .providers),
      .option("limit", \.limit, "Rows to show; 20 unless said", value: "n"),
    ] + OutputOptions.fields.within(\.output)

  var gpu: DeviceWish?
  var maxPrice: HourlyPrice?
  var spot = false
  var refresh = false
  var provider: String?
  var limit = Count(20)
  var output = OutputOptions()

  func run(in world: World) async throws -> ExitStatus {
    let service = try await world.providers()
    if let provider {
      let known = try await service.providers().map(\.id.rawValue)
      guard known.contains(provider) else { throw NoSuchProvider(name: provider, known: known) }
    }
    var need = ResourceNeed()
    if let gpu { (need.gpus, need.gpuType) = (.count(gpu.count), gpu.model) }
    let id = provider.map { ProviderID($0) }
    let stale = refresh ? try await service.refreshPrices(for: need, from: id) : []
    let found = try await service.offers(for: need, spot: spot, from: id)
    var offers = found.offers
    if let most = maxPrice?.money { offers.removeAll { offer in offer.pricePerHour.map { $0 > most } ?? true } }
    for failure in stale + found.failures { world.errors.say("warning: \(Printable.line(failure))") }
    try world.emit(OffersReport(offers: Array(offers.prefix(limit.number)), more: max(0, offers.count - limit.number)), output)
    if !refresh, offers.prefix(limit.number).contains(where: { $0.pricePerHour == nil }) {
      world.errors.say("hint: ask for prices that are not known: `runpilot offers --refresh`")
    }
    return (stale + found.failures).isEmpty ? .ok : ExitStatus(.partial)
  }
}

/// Offers, a row each.
struct OffersReport: Report {
  static let kind = "offers"
  let offers: [Offer]
  /// How many are not shown.
  let more: Int
  var ids: [String] { offers.map(\.machine) }

  func text(_ page: Page) -> String {
    guard !offers.isEmpty else { return "No machine meets that.\n" }
    let table = Table(
      [
        .init("PROVIDER"), .init("MACHINE"), .init("GPU"), .init("PRICE/H", alignsRight: true),
        .init("PER GPU", alignsRight: true, rank: 2),
        .init("FROM", rank: 1, minimum: 14, cut: .middle),
      ],
      rows: offers.map { offer in
        [
          Cell(offer.provider.rawValue), Cell(offer.machine, .bold), Cell(offer.gpuType.map { "\(offer.gpuCount) × \($0)" } ?? ""),
          Cell(offer.pricePerHour.map(\.shortText) ?? "unknown"), Cell(perGPU(offer)), Cell(offer.priceSource ?? ""),
        ]
      })
    return table.text(page.terminal) + (more > 0 ? "and \(more) more: `--limit`\n" : "")
  }

  /// What one GPU of it costs an hour, everything together.
  private func perGPU(_ offer: Offer) -> String {
    guard let price = offer.pricePerHour, offer.gpuCount > 0 else { return "" }
    return Money(price.amount / Decimal(offer.gpuCount), price.currency).shortText
  }
}
