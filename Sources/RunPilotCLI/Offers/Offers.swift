import Basics
public import CommandLineKit
public import ControlAPI
import FoundationEssentials
import TerminalUI
import TrainingModel

extension OfferOrder: ArgumentChoice {}

/// `runpilot offers`.
struct Offers: Command {
  static let name = "offers"
  static let summary = "List machines that could be rented, cheapest first"
  static let discussion = """
    All providers side by side: by the price of an hour of each GPU where GPUs are asked for, else of the machine. The price is of a running hour with its \
    disk and address. One that nobody knows stays unknown and comes last; "-" is what a provider does not tell. Nothing is rented. \
    Prices are kept with their day; --refresh asks the vendors for them again. What is rented keeps the price that it was rented at.
    In JSON every offer has provider, machine, market ("on-demand" or "spot"), region, zone, gpu, gpu_count, gpu_memory_bytes (of each), cpu_cores, memory_bytes, \
    price_per_hour and price_per_gpu_hour (amount as text, currency), price_source, priced_on and price_age_days; null is unknown.
    """
  static let examples = [
    Example("runpilot offers --gpu H100:8 --max-price 60", "Machines with eight H100 for at most 60 USD an hour"),
    Example("runpilot offers --gpu 1 --spot --on-demand", "Machines with a GPU on both markets, side by side"),
    Example("runpilot offers --refresh", "List prices as they are today"),
  ]
  static let exitCodes = [ExitNote(.partial, "a provider did not answer")]
  static let fields: [Field<Self>] =
    [
      .option("gpu", \.gpu, "GPUs that it must have: a number, a model, or MODEL:NUMBER", aliases: ["gpus"], value: "wish"),
      .option(
        "max-price", \.maxPrice, "Leave out what costs more an hour, or an unknown price, or one in another currency", value: "amount"),
      .flag("spot", \.spot, "Machines that may be taken away; their prices are asked of the provider"),
      .flag("on-demand", \.onDemand, "Machines that stay, as without this; with --spot both"),
      .option("sort", \.sort, "The order: by the price of an hour of the machine, or of each GPU"),
      .flag("refresh", \.refresh, "Ask vendors again for prices that are known already"),
      .option("provider", \.provider, "Ask this provider only", value: "name", completion: .providers),
      .option("limit", \.limit, "Rows to show; 20 unless said", value: "n"),
    ] + OutputOptions.fields.within(\.output)

  var gpu: DeviceWish?
  var maxPrice: HourlyPrice?
  var spot = false
  var onDemand = false
  var sort: OfferOrder?
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
    let found = try await service.offers(for: need, in: markets, from: id)
    var offers = sort?.sorted(found.offers) ?? found.offers
    if let most = maxPrice?.money {
      offers.removeAll { offer in offer.pricePerHour.map { $0 > most || $0.amount > 0 && $0.currency != most.currency } ?? true }
    }
    for refusal in found.refusals { world.errors.say("note: \(Printable.line(refusal))") }
    for failure in stale + found.failures { world.errors.say("warning: \(Printable.line(failure))") }
    let report = OffersReport(offers: Array(offers.prefix(limit.number)), more: max(0, offers.count - limit.number), now: world.now())
    try world.emit(report, output)
    if !refresh, let doubt = report.doubt { world.errors.say("hint: \(doubt): `\(renewal)`") }
    return (stale + found.failures).isEmpty ? .ok : ExitStatus(.partial)
  }

  private var markets: Set<RentalPlace.Market> {
    guard spot else { return [.onDemand] }
    return onDemand ? [.onDemand, .spot] : [.spot]
  }

  /// The command that renews what this one shows.
  private var renewal: String {
    (["runpilot offers"] + [gpu.map { "--gpu \($0.argumentText)" }, provider.map { "--provider \($0)" }].compactMap(\.self) + ["--refresh"])
      .joined(separator: " ")
  }
}
