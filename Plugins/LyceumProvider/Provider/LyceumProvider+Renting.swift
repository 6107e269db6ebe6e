import Basics
import FoundationEssentials
import HTTPTransport
public import ProviderKit
public import TrainingModel

extension LyceumProvider: RentingProvider {
  /// What ends an execution from inside: the end of its first process.
  private static let end = """
    if [ "$$" = "$(cat "$D/main")" ]; then exit 0; fi
    kill -TERM "$(cat "$D/main")"
    """

  /// The organisation, in the name of the user whose key it is.
  public func account() async throws(ProviderError) -> RentalAccount {
    let user = try await who()
    return RentalAccount(id: settings.organisation ?? user.orgID ?? user.userID, identity: user.email ?? user.userID)
  }

  /// Nothing is promised; nothing slower has been seen.
  public var consistencyWindow: Duration { pace.settled }

  /// An execution is a container of the run's image, and over when its command is.
  public var bootForm: BootForm { settings.product == .executions ? .container(end: Self.end) : .machine }

  /// The agent only has to go.
  public var machineEnd: String { FarOrder.stay }

  /// Profiles that meet the need, at their prices.
  public func offers(for need: ResourceNeed) async throws(ProviderError) -> [Offer] {
    guard settings.product == .machines else { return try await places(need, settings, account: "").map(\.offer) }
    return try await machines(need, .onDemand, settings, account: "").map(\.offer)
  }

  /// Profiles that meet the need, cheapest first.
  public func candidates(for need: RentalNeed) async throws(ProviderError) -> [RentalCandidate] {
    if settings.product == .machines {
      return try await machines(need.resources, need.spot ? .spot : .onDemand, settings.with(need.options), account: try await account().id)
    }
    guard !need.spot else {
      throw ProviderError(
        .invalidRequest, "executions of Lyceum are not sold on a spot market",
        hints: ["leave `spot` out", "or rent machines: `product = \"machines\"`"])
    }
    guard need.architectures.contains("x86_64") else { return [] }
    return try await places(need.resources, settings.with(need.options), account: try await account().id)
  }

  private func places(_ need: ResourceNeed, _ settings: LyceumSettings, account: String) async throws(ProviderError) -> [RentalCandidate] {
    let client = try client()
    let listed = try await client.ask(LyceumCall("/machine-types", doing: "ask for hardware profiles"), as: ProfileListAnswer.self)
    let profiles = listed?.profiles ?? []
    let quota = LyceumCall("/user/quotas/available-hardware", doing: "ask which profiles this account may use")
    let allowed = Set(try await client.ask(quota, as: QuotaAnswer.self)?.profiles ?? [])
    for name in settings.profiles where !profiles.contains(where: { $0.name == name }) {
      throw ProviderError(
        .invalidRequest, "Lyceum has no profile '\(name)'", hints: ["there are \(profiles.map(\.name).sorted().joined(separator: ", "))"])
    }
    let usable = profiles.filter { profile in
      (settings.profiles.isEmpty || settings.profiles.contains(profile.name)) && (allowed.isEmpty || allowed.contains(profile.name))
    }
    let day = String(Timestamp.format(now()).prefix(10))
    let meant = try Profile.meeting(need, of: usable.map { Profile($0.name) })
    return meant.map { profile in
      let hourly = usable.first { $0.name == profile.name }?.hourly.map { Money($0) }
      return candidate(profile, hourly, account: account, day)
    }.sorted { left, right in
      switch (left.offer.pricePerHour, right.offer.pricePerHour) {
      case (let one?, let other?): one == other ? left.place.machine < right.place.machine : one < other
      case (nil, nil): left.place.machine < right.place.machine
      case (let one, _): one != nil
      }
    }
  }

  private func candidate(_ profile: Profile, _ hourly: Money?, account: String, _ day: String) -> RentalCandidate {
    let meter = Meter(
      .compute, "execution on \(profile.name)", hourly: hourly, source: hourly.map { _ in "Lyceum's machine types" },
      asOf: hourly.map { _ in day }, span: .running)
    var offer = Offer(
      provider: id, machine: profile.name, gpuType: profile.gpu, gpuCount: profile.gpuCount, pricePerHour: hourly,
      priceSource: hourly.map { _ in "Lyceum's machine types" })
    // Of executions the machine beneath is not told; its GPUs are the same.
    (offer.gpuMemory, offer.pricedOn) = (profile.gpu.flatMap(MachineHardware.of)?.gpuMemory, hourly.map { _ in day })
    let place = RentalPlace(provider: id, account: account, region: "lyceum", machine: profile.name)
    return RentalCandidate(place: place, offer: offer, architecture: "x86_64", meters: [meter])
  }

  /// The document of a `POST /execution/image/start`. Asks nobody.
  public func compose(_ candidate: RentalCandidate, _ order: RentalOrder) async throws(ProviderError) -> ComposedLaunch {
    if settings.product == .machines { return try await composeMachine(candidate, order) }
    let settings = settings.with(order.need.options)
    let start = StartExecution(
      profile: candidate.place.machine, image: order.image ?? settings.image, seconds: Self.seconds(until: order.tags, now()))
    return ComposedLaunch(token: order.token, place: candidate.place, request: try start.document(order))
  }

  /// Until the order must be over; a year where that is never.
  private static func seconds(until tags: [String: String], _ now: Date) -> Int64 {
    guard let end = tags[OwnershipTags.expires].flatMap(Timestamp.parse) else { return 86_400 }
    return Int64(min(max(60, end.timeIntervalSince(now)), 366 * 86_400))
  }

  // MARK: the launch

  /// Sends exactly what the ledger has, after a look whether an earlier call with the same token made something: the API knows no token.
  public func launch(_ request: LaunchRequest, token: LaunchToken) async throws(ProviderError) -> Resource {
    guard let rental = request.rental, rental.token == token else {
      throw ProviderError(.invalidRequest, "a launch on Lyceum needs the request that the ledger has written down")
    }
    return try await send(rental)
  }

  /// The launch itself.
  func send(_ rental: ComposedLaunch) async throws(ProviderError) -> Resource {
    if let made = try await search(rental.token) {
      var resource = made
      resource.place = rental.place
      return resource
    }
    let isMachine = settings.product == .machines
    var call = LyceumCall(
      isMachine ? "/vms/create" : "/execution/image/start", doing: "rent \(rental.place.machine)\(isMachine ? "" : " for an execution")")
    call.body = isMachine ? try MachineRequest(rental.request).body : rental.request
    (call.method, call.isMutation, call.isRepeatable) = ("POST", true, false)
    memory.send(rental.token)
    do throws(ProviderError) {
      guard let started = try await client().ask(call, as: StartAnswer.self) else {
        throw ProviderError(.vendorFault, "cannot \(call.doing): the answer has no name", effect: .unknown)
      }
      var resource = Resource(id: ResourceID(started.id), provider: id, kind: "machine", state: .starting)
      (resource.intent, resource.place, resource.launchedAt) = (IntentID(rental.token.value), rental.place, now())
      return resource
    } catch {
      if error.effect != .unknown { memory.forget(rental.token) }
      throw error
    }
  }

  /// What an earlier call with this token made. After one whose answer was lost it is looked for until the listing would show it.
  private func search(_ token: LaunchToken) async throws(ProviderError) -> Resource? {
    let sent = memory.sentAt(token)
    while true {
      do throws(ProviderError) {
        if let found = try await all().first(where: { $0.intent?.rawValue == token.value }) { return found }
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
}
