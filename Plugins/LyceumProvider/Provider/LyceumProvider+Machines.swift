import Basics
import FoundationEssentials
public import ProviderKit
public import TrainingModel

extension LyceumProvider {
  /// Of all images there.
  static let user = "lyceum"

  private var shell: MachineShell { MachineShell(folder: home + "/keys", environment: environment) }

  /// Machines that meet a need, cheapest first.
  func machines(_ need: ResourceNeed, _ market: RentalPlace.Market, _ settings: LyceumSettings, account: String) async throws(ProviderError)
    -> [RentalCandidate]
  {
    let client = try client()
    let answer = try await client.ask(LyceumCall("/vms/availability", doing: "ask which machines there are"), as: AvailabilityAnswer.self)
    let prices = try await client.ask(LyceumCall("/pricing", doing: "ask for prices"), as: PricingAnswer.self)
    let word = market == .spot ? "spot" : "on-demand"
    let variants = (answer?.variants ?? []).filter {
      $0.market == word && (settings.profiles.isEmpty || settings.profiles.contains($0.profile))
    }
    let day = String(Timestamp.format(now()).prefix(10))
    var found: [(candidate: RentalCandidate, isAvailable: Bool)] = []
    for variant in variants {
      let sizes = variant.allowed.map { Profile("\(variant.profile).\($0)x") }
      // The smallest that is large enough.
      guard let size = try Self.meeting(need, sizes, of: variants).min(by: { $0.gpuCount < $1.gpuCount }) else { continue }
      let count = size.gpuCount
      let hourly = (prices?.hourly(market, variant.profile, count: count) ?? variant.hourly.map { $0 * Decimal(count) }).map { Money($0) }
      let meter = Meter(
        .compute, "\(count) × \(variant.profile.uppercased()), \(word)", hourly: hourly, source: hourly.map { _ in "Lyceum's prices" },
        asOf: hourly.map { _ in day }, span: .existing)
      let machine = PlaceName.machine(variant.profile, count: count)
      let hardware = MachineHardware.of(variant.profile)
      var offer = Offer(
        provider: id, machine: machine, gpuType: variant.profile.uppercased(), gpuCount: count, pricePerHour: hourly,
        priceSource: hourly.map { _ in "Lyceum's prices" })
      (offer.gpuMemory, offer.pricedOn) = (hardware?.gpuMemory, hourly.map { _ in day })
      (offer.cpuCores, offer.memory) = (hardware?.cores(of: count), hardware?.memory(of: count))
      let place = RentalPlace(provider: id, account: account, region: "lyceum", machine: machine, market: market)
      found.append(
        (RentalCandidate(place: place, offer: offer, architecture: "x86_64", meters: [meter]), variant.available.contains(count)))
    }
    // Stock changes from minute to minute: when none is said to be there, all are tried.
    let available = found.filter(\.isAvailable)
    return (available.isEmpty ? found : available).map(\.candidate).sorted(by: Self.comesFirst)
  }

  /// The sizes of one kind that meet the need; none when another kind is meant.
  private static func meeting(_ need: ResourceNeed, _ sizes: [Profile], of variants: [AvailabilityAnswer.Variant]) throws(ProviderError)
    -> [Profile]
  {
    let all = variants.flatMap { variant in variant.allowed.map { Profile("\(variant.profile).\($0)x") } }
    return try Profile.meeting(need, of: all).filter(sizes.contains)
  }

  /// Cheaper first, unknown last, then by name.
  static func comesFirst(_ left: RentalCandidate, _ right: RentalCandidate) -> Bool {
    switch (left.offer.pricePerHour, right.offer.pricePerHour) {
    case (let one?, let other?): one == other ? left.place.machine < right.place.machine : one < other
    case (nil, nil): left.place.machine < right.place.machine
    case (let one, _): one != nil
    }
  }

  /// The document of a `POST /vms/create`, and the script that the machine is handed later.
  func composeMachine(_ candidate: RentalCandidate, _ order: RentalOrder) async throws(ProviderError) -> ComposedLaunch {
    guard let (count, profile) = PlaceName.parts(candidate.place.machine) else {
      throw ProviderError(.invalidRequest, "'\(candidate.place.machine)' is no machine of Lyceum's")
    }
    let request = try MachineRequest(
      profile: profile, count: count, market: candidate.place.market, publicKey: try await shell.publicKey(), order)
    return ComposedLaunch(token: order.token, place: candidate.place, request: try request.text())
  }

  /// Machines that are not gone. Names are used again, and those that are gone would be listed for ever.
  func machineListing() async throws(ProviderError) -> [MachineAnswer] {
    let call = LyceumCall("/vms/list?include_terminated=false&include_failed=false", doing: "list machines")
    return (try await client().ask(call, as: MachineListAnswer.self)?.vms ?? []).filter { $0.state != .gone }
  }

  func resource(_ answer: MachineAnswer, account: String) -> Resource {
    let label = OwnershipName(answer.name ?? "")
    var resource = Resource(id: ResourceID(answer.id), provider: id, kind: "machine", state: answer.state, runUID: label?.run)
    resource.name = answer.name
    resource.installation = label?.installation
    resource.owner = label?.owner
    resource.intent = label.map { IntentID($0.intent) }
    resource.launchedAt = ExecutionAnswer.time(answer.createdAt)
    resource.place = RentalPlace(
      provider: id, account: account, region: "lyceum", machine: answer.machine, market: answer.market == "spot" ? .spot : .onDemand)
    return resource
  }

  func machine(_ resource: ResourceID) async throws(ProviderError) -> MachineAnswer? {
    var call = LyceumCall("/vms/\(Self.path(resource))/status", doing: "look at \(resource)")
    call.mayBeAbsent = true
    return try await client().ask(call, as: MachineAnswer.self)
  }

  /// Deletes a machine. Every failure of the server's may be tried again here.
  func endMachine(_ resource: ResourceID) async throws(ProviderError) -> Destruction {
    if try await machine(resource)?.state ?? .gone == .gone { return .alreadyGone }
    var call = LyceumCall("/vms/\(Self.path(resource))", doing: "end \(resource)")
    (call.method, call.isMutation, call.mayBeAbsent) = ("DELETE", true, true)
    return try await client().send(call) == nil ? .alreadyGone : .destroyed
  }
}

extension LyceumProvider: HandedBoot {
  /// By SSH, as soon as the machine has an address and answers. An execution has its script from the beginning.
  public func handOver(_ launch: ComposedLaunch, to resource: ResourceID) async throws(ProviderError) -> Bool {
    guard settings.product == .machines else { return true }
    guard let machine = try await machine(resource), machine.state != .gone else {
      throw ProviderError(.notFound, "the machine \(resource) is gone, and was never reached")
    }
    guard let door = machine.door else { return false }
    return try await shell.run(try MachineRequest(launch.request).script, on: door, user: Self.user, name: resource.rawValue)
  }
}
