import Basics
import FoundationEssentials
public import ProviderKit
import RunPodSupport
public import TrainingModel

extension RunPodProvider {
  /// Priced pods that meet the need; from what came with the program when RunPod cannot be asked.
  public func offers(for need: ResourceNeed) async throws(ProviderError) -> [Offer] {
    let found: [RentalCandidate]
    do throws(ProviderError) {
      found = try await places(need, settings, account: "")
    } catch {
      guard error.code != .invalidRequest, let wish = try GPUWish.of(need) else { throw error }
      let places = try gpuPlaces(wish, need, settings, of: CatalogueReader.bundled, "", CatalogueText.source, CatalogueText.date)
      found = Self.inOrder(places)
    }
    return found.map(\.offer)
  }

  /// Places that meet the need, cheapest first.
  public func candidates(for need: RentalNeed) async throws(ProviderError) -> [RentalCandidate] {
    guard !need.spot else {
      throw ProviderError(
        .invalidRequest, "RunPod has no spot pods: its API has none since version 2",
        hints: ["leave `spot` out", "or use another provider"])
    }
    guard need.architectures.contains("x86_64") else { return [] }
    return try await places(need.resources, settings.with(need.options), account: try accountID())
  }

  private func places(_ need: ResourceNeed, _ settings: RunPodSettings, account: String) async throws(ProviderError) -> [RentalCandidate] {
    let day = String(Timestamp.format(now()).prefix(10))
    guard let wish = try GPUWish.of(need) else { return try await cpuPlaces(need, settings, account, day) }
    var found: [Place] = []
    for cloud in settings.clouds {
      let query = [
        ("include", "AVAILABILITY"), ("product", "POD"), ("count", "\(wish.count)"), ("cloud", cloud.rawValue),
      ]
      let call = RunPodCall.read("/v2/catalog/gpus", query, doing: "ask for GPUs of the \(cloud.word) cloud")
      let types = try await client().ask(call, as: GPUListAnswer.self)?.types(known: CatalogueReader.bundled) ?? []
      var one = settings
      one.clouds = [cloud]
      found += try gpuPlaces(wish, need, one, of: types, account, "RunPod's catalogue", day)
    }
    return Self.inOrder(found)
  }

  private func gpuPlaces(
    _ wish: GPUWish, _ need: ResourceNeed, _ settings: RunPodSettings, of types: [PodType], _ account: String, _ source: String,
    _ day: String
  ) throws(ProviderError) -> [Place] {
    var meant = types
    if let name = wish.name { meant = try GPUWish.types(named: name, of: types) }
    if !settings.gpuTypes.isEmpty {
      var named: [PodType] = []
      for name in settings.gpuTypes { named += try GPUWish.types(named: name, of: types) }
      meant = meant.filter(named.contains)
    }
    let gigabytes = Self.gigabytes(need, hasGPU: true)
    var found: [Place] = []
    for type in meant {
      for cloud in settings.clouds where wish.isMet(by: type, in: cloud, need) {
        let price = type.price[cloud].map { Money($0 * Decimal(wish.count)) }
        let meter = Meter(
          .compute, "\(wish.count) × \(type.name), \(cloud.word) cloud", hourly: price, source: price.map { _ in source },
          asOf: price.map { _ in day }, span: .running)
        let location = self.place(account, cloud, PodPlace.machine(type.name, count: wish.count), settings)
        let count = Int64(wish.count)
        let size: PodSize = (type.coresPerGPU.map { $0 * count }, type.memoryPerGPU.map { ByteSize(bytes: $0.bytes * count) })
        let hasPlace = settings.dataCenters.isEmpty || type.dataCenters.map { !$0.filter(settings.dataCenters.contains).isEmpty } ?? true
        found.append(
          Place(
            candidate: candidate(location, [meter, disk(gigabytes)], size, gpu: type, count: wish.count),
            isAvailable: (type.isAvailable ?? true) && hasPlace))
      }
    }
    return found
  }

  private func cpuPlaces(_ need: ResourceNeed, _ settings: RunPodSettings, _ account: String, _ day: String) async throws(ProviderError)
    -> [RentalCandidate]
  {
    let query = [("include", "AVAILABILITY"), ("product", "POD")]
    let call = RunPodCall.read("/v2/catalog/cpus", query, doing: "ask for machines without a GPU")
    let flavours = try await client().ask(call, as: CPUListAnswer.self)?.cpus ?? []
    for name in settings.cpuTypes where !flavours.contains(where: { $0.id == name }) {
      throw ProviderError(
        .invalidRequest, "RunPod has no flavour '\(name)'", hints: ["there are \(flavours.map(\.id).sorted().joined(separator: ", "))"])
    }
    var found: [Place] = []
    for flavour in flavours where settings.cpuTypes.isEmpty || settings.cpuTypes.contains(flavour.id) {
      guard let cores = Self.cores(need, flavour) else { continue }
      let price = flavour.price.securePerVcpu.map { Money($0 * Decimal(cores)) }
      let meter = Meter(
        .compute, "\(cores) vCPUs, \(flavour.name)", hourly: price, source: price.map { _ in "RunPod's catalogue" },
        asOf: price.map { _ in day }, span: .running)
      let location = self.place(account, .secure, PodPlace.machine(cpu: flavour.id, cores: cores), settings)
      let gigabytes = Self.gigabytes(need, hasGPU: false)
      let size: PodSize = (cores, flavour.memory(of: cores))
      found.append(Place(candidate: candidate(location, [meter, disk(gigabytes)], size), isAvailable: flavour.availability != "NONE"))
    }
    return Self.inOrder(found)
  }

  /// The least power of two of cores that has what is needed; nil when the flavour never has.
  static func cores(_ need: ResourceNeed, _ flavour: CPUListAnswer.CPU) -> Int64? {
    var cores: Int64 = 2
    while cores <= min(flavour.vcpu.max, 1 << 16) {
      let memory = Double(cores) * flavour.ramGbPerVcpu * 1_000_000_000
      if cores >= flavour.vcpu.min, cores * 1_000 >= need.cpuMillis ?? 0, memory >= Double(need.memory?.bytes ?? 4_000_000_000) {
        return cores
      }
      cores *= 2
    }
    return nil
  }

  // MARK: parts

  private struct Place {
    var candidate: RentalCandidate
    /// Whether there is stock, as far as anybody knows.
    var isAvailable: Bool
  }

  /// Cheapest first. Stock changes from minute to minute: when none is said to be there, all are tried.
  private static func inOrder(_ places: [Place]) -> [RentalCandidate] {
    let available = places.filter(\.isAvailable)
    return (available.isEmpty ? places : available).map(\.candidate).sorted(by: comesFirst)
  }

  private func place(_ account: String, _ cloud: PodType.Cloud, _ machine: String, _ settings: RunPodSettings) -> RentalPlace {
    let zone = settings.dataCenters.isEmpty ? nil : settings.dataCenters.joined(separator: ",")
    return RentalPlace(provider: id, account: account, region: cloud.word, zone: zone, machine: machine)
  }

  /// CPUs and memory of a pod; nil is unknown.
  private typealias PodSize = (cores: Int64?, memory: ByteSize?)

  private func candidate(_ place: RentalPlace, _ meters: [Meter], _ size: PodSize, gpu: PodType? = nil, count: Int = 0) -> RentalCandidate {
    let prices = meters.map { $0.hourly?.amount }
    let total = prices.contains(nil) ? nil : Money(prices.compactMap { $0 }.reduce(0, +))
    var offer = Offer(
      provider: id, machine: place.machine, gpuType: gpu?.name, gpuCount: count, pricePerHour: total,
      priceSource: total == nil ? nil : meters.first?.source)
    offer.pricedOn = total == nil ? nil : meters.first?.asOf
    (offer.cpuCores, offer.memory) = (size.cores, size.memory)
    offer.gpuMemory = gpu.map { ByteSize(bytes: $0.memoryGB << 30) }
    return RentalCandidate(place: place, offer: offer, architecture: "x86_64", meters: meters)
  }

  /// The container's disk: 0.10 USD a gigabyte and month while the pod runs (RunPod's pricing page). A month has 730 hours.
  private func disk(_ gigabytes: Int64) -> Meter {
    let hourly = Money(Decimal((gigabytes * 1_000_000_000 + 3_650) / 7_300) / 1_000_000_000)
    return Meter(
      .disk, "\(gigabytes) GB container disk", hourly: hourly, source: "RunPod's pricing page", asOf: CatalogueText.date, span: .running)
  }

  /// What was asked for; else room for an image with its libraries. Under 20 GB pods are said not to be placed; without a GPU that is also the most.
  static func gigabytes(_ need: ResourceNeed, hasGPU: Bool) -> Int64 {
    guard let disk = need.disk else { return hasGPU ? 50 : 20 }
    return max(20, (disk.bytes + (1 << 30) - 1) >> 30)
  }

  /// Cheaper first, unknown last, then by name.
  private static func comesFirst(_ left: RentalCandidate, _ right: RentalCandidate) -> Bool {
    switch (left.offer.pricePerHour, right.offer.pricePerHour) {
    case (let one?, let other?): one == other ? left.place.machine < right.place.machine : one < other
    case (nil, nil): left.place.machine < right.place.machine
    case (let one, _): one != nil
    }
  }
}
