import Basics
import FoundationEssentials
public import ProviderKit
import RunPodSupport
public import TrainingModel

extension RunPodProvider: RentingProvider {
  /// The account by its set name or its key; RunPod does not say who that is.
  public func account() async throws(ProviderError) -> RentalAccount {
    RentalAccount(id: try accountID(), identity: owner)
  }

  /// A deleted pod is not found within seconds, a made one is listed at once as far as is known; half a minute is on the safe side.
  public var consistencyWindow: Duration { pace.settled }

  /// A pod is a container of the run's image, and deletes itself.
  public var bootForm: BootForm { .container(end: PodEnd.shellLines) }

  /// By RunPod's API, with the pod's own key.
  public var machineEnd: String { PodEnd.kind }

  /// The document of a `POST /v2/pods`. Volumes and credentials of registries are looked up, nothing is tried.
  public func compose(_ candidate: RentalCandidate, _ order: RentalOrder) async throws(ProviderError) -> ComposedLaunch {
    let settings = settings.with(order.need.options)
    let place = candidate.place
    var create = CreatePod(
      compute: try await compute(candidate), cloud: PodType.Cloud(rawValue: place.region.uppercased()) ?? .secure,
      dataCenters: settings.dataCenters, image: order.image ?? settings.image,
      diskGigabytes: Self.gigabytes(order.need.resources, hasGPU: candidate.offer.gpuCount > 0), leastCUDA: settings.leastCUDA,
      api: toldAddress)
    if let volume = settings.volume {
      create.dataCenters = [try await dataCenter(of: volume, settings)]
      create.volume = (volume, settings.volumePath)
    }
    if let registry = settings.registry { create.registry = try await registryID(registry) }
    return ComposedLaunch(token: order.token, place: place, request: try create.document(order))
  }

  private func compute(_ candidate: RentalCandidate) async throws(ProviderError) -> CreatePod.Compute {
    let machine = candidate.place.machine
    if let name = candidate.offer.gpuType {
      let id = CatalogueReader.bundled.first { $0.name == name }?.id
      if let id { return .gpu(id: id, count: candidate.offer.gpuCount) }
      let call = RunPodCall.read("/v2/catalog/gpus", doing: "look up the GPU \(name)")
      let live = try await client().ask(call, as: GPUListAnswer.self)?.gpus.first { $0.name == name }
      return .gpu(id: live?.id ?? name, count: candidate.offer.gpuCount)
    }
    guard let dash = machine.lastIndex(of: "-"), let cores = Int64(machine[machine.index(after: dash)...]) else {
      throw ProviderError(.invalidRequest, "'\(machine)' is no machine of RunPod's")
    }
    return .cpu(id: String(machine[..<dash]), cores: cores)
  }

  private func dataCenter(of volume: String, _ settings: RunPodSettings) async throws(ProviderError) -> String {
    let call = RunPodCall.read(
      "/v2/network-volumes/\(PercentEncodedID.of(volume))", doing: "look up the network volume \(volume)", mayBeAbsent: true)
    guard let found = try await client().ask(call, as: VolumeAnswer.self) else {
      throw ProviderError(
        .invalidRequest, "RunPod has no network volume '\(volume)'", hints: ["see them at https://console.runpod.io/user/storage"])
    }
    guard settings.dataCenters.isEmpty || settings.dataCenters.contains(found.dataCenter) else {
      throw ProviderError(
        .invalidRequest, "the network volume \(volume) is in \(found.dataCenter), which `data_centers` does not allow",
        hints: ["add it: `data_centers = [\"\(found.dataCenter)\"]`"])
    }
    return found.dataCenter
  }

  private func registryID(_ wanted: String) async throws(ProviderError) -> String {
    let call = RunPodCall.read("/v2/registries", doing: "look up the credential for a registry")
    let known = try await client().ask(call, as: RegistryListAnswer.self)?.registries ?? []
    guard let found = known.first(where: { $0.id == wanted }) ?? known.first(where: { $0.name == wanted }) else {
      throw ProviderError(
        .invalidRequest, "RunPod has no credential '\(wanted)' for a registry",
        hints: known.map { "there is \($0.name) (\($0.id))" } + ["add one at https://console.runpod.io/user/settings"])
    }
    return found.id
  }

  // MARK: the launch

  /// Sends exactly what the ledger has, after a look whether an earlier call with the same token made something: the API knows no token.
  ///
  /// An answer that was lost is looked for until a listing would show what it made; only then is the request sent again.
  public func launch(_ request: LaunchRequest, token: LaunchToken) async throws(ProviderError) -> Resource {
    guard let rental = request.rental, rental.token == token else {
      throw ProviderError(.invalidRequest, "a launch on RunPod needs the request that the ledger has written down")
    }
    return try await send(rental)
  }

  /// The launch itself.
  func send(_ rental: ComposedLaunch) async throws(ProviderError) -> Resource {
    let doing = "rent \(rental.place.machine)"
    if let made = try await search(rental.token) { return try resource(made, rental, doing) }
    memory.send(rental.token)
    do throws(ProviderError) {
      let call = RunPodCall.change("POST", "/v2/pods", rental.request, doing: doing, repeatable: false)
      guard let made = try await client().ask(call, as: PodAnswer.self) else {
        throw ProviderError(.vendorFault, "cannot \(doing): the answer names no pod", effect: .unknown)
      }
      memory.listing = nil
      return try resource(made, rental, doing)
    } catch {
      guard error.effect == .unknown else {
        memory.forget(rental.token)
        throw error
      }
      // Nobody answered, and still it may be there.
      guard let made = try? await listing(olderThan: .zero).first(where: { Self.intent(of: $0) == rental.token.value }) else { throw error }
      return try resource(made, rental, doing)
    }
  }

  private func resource(_ pod: PodAnswer, _ rental: ComposedLaunch, _ doing: String) throws(ProviderError) -> Resource {
    guard pod.state != .gone else {
      throw ProviderError(.conflict, "cannot \(doing): the pod \(pod.id) that this launch made has ended since", effect: .applied)
    }
    var resource = pod.resource(provider: id, account: rental.place.account, types: CatalogueReader.bundled)
    resource.place = rental.place
    return resource
  }

  /// What an earlier call with this token made. After one whose answer was lost it is looked for until the listing would show it.
  private func search(_ token: LaunchToken) async throws(ProviderError) -> PodAnswer? {
    let sent = memory.sentAt(token)
    while true {
      // Not seeing is only evidence when one could see.
      do throws(ProviderError) {
        if let found = try await listing(olderThan: .zero).first(where: { Self.intent(of: $0) == token.value }) { return found }
      } catch {
        throw sent == nil
          ? error : ProviderError(error.code, error.message, effect: .unknown, retryAfter: error.retryAfter, hints: error.hints)
      }
      guard let sent, sent.duration(to: .now) < pace.settled else { return nil }
      do { try await Task.sleep(for: pace.look) } catch {
        throw ProviderError(.unreachable, "the launch was cancelled before it was known what it did", effect: .unknown)
      }
    }
  }

  static func intent(of pod: PodAnswer) -> String? { OwnershipName(pod.name)?.intent }
}
