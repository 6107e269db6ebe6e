import Basics
import FoundationEssentials
import ProviderKit
import SafeCleanup
import Synchronization
import TrainingModel

/// A cloud that keeps its machines in memory and answers as badly as it is told. Tokens are kept by zone, as real ones do.
final class FakeCloud: RentingProvider, TaggingProvider, OwnEndProvider, PausableProvider, PriceHistory, BillingProvider, MachineLogs {
  struct Machine: Sendable {
    var id: ResourceID
    var token: String
    var place: RentalPlace
    var state: ResourceState
    var tags: [String: String]
    var launchedAt: Date
    var endedAt: Date?
    var endsItself = true
    var listedFrom: Date
  }
  struct State: Sendable {
    var machines: [Machine] = []
    var launches: [(token: String, request: String, zone: String?)] = []
    /// Errors to answer with, in turn; `applied` ones after the machine was made.
    var faults: [ProviderError] = []
    /// How often all was asked for.
    var listings = 0
    var listingFails = false
    var listingIsPartial = false
    /// How long a machine stays unlisted.
    var lag: TimeInterval = 0
    var destroys = 0
    /// A yes that does nothing.
    var deletionLies = false
    var candidates: [RentalCandidate] = []
    /// Disks and snapshots beside the root disks that go with their machines.
    var disks: [Resource] = []
    /// What the market charges; nil is a vendor that does not answer.
    var prices: [PriceChange]? = []
    /// From when to when it was asked.
    var priceQuestions: [(from: Date, to: Date)] = []
    /// What the vendor has kept of what machines printed.
    var outputs: [ResourceID: [UInt8]] = [:]
    /// What the vendor has billed, by machine; nil is a vendor that does not answer.
    var bills: [ResourceID: [Bill]]? = [:]
    /// How often it was asked for one.
    var billQuestions = 0
    /// How long after the request a machine begins.
    var turn: TimeInterval = 0
    /// Whose credentials are used: an account sees its own machines only.
    var account = "123"
    /// Whether it still knows which machines it had: a status is then an error.
    var statusFails = false
    /// How many runs of a sweep it takes in one request; nil for none.
    var sweepLimit: Int?
    /// The shares with which requests were composed.
    var shares: [SweepShare] = []
    /// After how many requests no more can be composed.
    var composes = Int.max
  }
  let state = Mutex(State())
  let now: @Sendable () -> Date
  let consistencyWindow = Duration.seconds(60)

  init(now: @escaping @Sendable () -> Date) {
    self.now = now
    state.withLock { $0.candidates = [Self.candidate("small", "a"), Self.candidate("small", "b")] }
  }

  /// One on the market, with the price on demand as its ceiling.
  static func spotCandidate(_ machine: String, _ zone: String) -> RentalCandidate {
    var candidate = candidate(machine, zone, price: "0.2")
    candidate.place.market = .spot
    candidate.meters = [Meter(.compute, machine, hourly: Money(1), isCeiling: true, source: "list", asOf: "2026-11-01", span: .running)]
    return candidate
  }

  static func candidate(_ machine: String, _ zone: String, price: String = "0.5") -> RentalCandidate {
    let hourly = Money(Decimal(string: price) ?? 0)
    return RentalCandidate(
      place: RentalPlace(provider: "cloud", account: "123", region: "r", zone: zone, machine: machine),
      offer: Offer(provider: "cloud", machine: machine, pricePerHour: hourly, priceSource: "list"), architecture: "x86_64",
      meters: [Meter(.compute, machine, hourly: hourly, source: "list", asOf: "2026-11-01", span: .running)])
  }

  var live: [Machine] { state.withLock { $0.machines.filter { $0.state != .gone } } }

  func account() async throws(ProviderError) -> RentalAccount {
    RentalAccount(id: state.withLock { $0.account }, identity: "arn:cloud:me")
  }
  func candidates(for need: RentalNeed) async throws(ProviderError) -> [RentalCandidate] { state.withLock { $0.candidates } }
  func offers(for need: ResourceNeed) async throws(ProviderError) -> [Offer] { [] }

  func compose(_ candidate: RentalCandidate, _ order: RentalOrder) async throws(ProviderError) -> ComposedLaunch {
    let isOut = state.withLock { state in
      state.composes -= 1
      if let share = order.sweep { state.shares.append(share) }
      return state.composes < 0
    }
    guard !isOut else { throw ProviderError(.quotaExceeded, "no more of these") }
    let tags = order.tags.sorted { $0.key < $1.key }.map { "\($0.key)=\($0.value)" }.joined(separator: "\n")
    return ComposedLaunch(token: order.token, place: candidate.place, request: "\(order.token.value)\n\(tags)\n\(order.bootScript.count)")
  }

  func launch(_ request: LaunchRequest, token: LaunchToken) async throws(ProviderError) -> Resource {
    guard let rental = request.rental else { throw ProviderError(.invalidRequest, "nothing composed") }
    guard let made = try answer([rental]).first else { throw ProviderError(.vendorFault, "nothing made") }
    return made
  }

  /// What is asked for in one request, unless it is there.
  func answer(_ rentals: [ComposedLaunch]) throws(ProviderError) -> [Resource] {
    let at = now()
    let answer: Result<[Resource], ProviderError> = state.withLock { state in
      for rental in rentals { state.launches.append((rental.token.value, rental.request, rental.place.zone)) }
      let fault = state.faults.isEmpty ? nil : state.faults.removeFirst()
      if let fault, fault.effect == .none { return .failure(fault) }
      // A lost answer: the machine may be there all the same.
      if let fault, fault.message == "never arrived" { return .failure(fault) }
      let made = rentals.map { Self.resource(Self.machine($0, &state, at)) }
      if let fault { return .failure(fault) }
      return .success(made)
    }
    return try answer.get()
  }

  private static func machine(_ rental: ComposedLaunch, _ state: inout State, _ at: Date) -> Machine {
    if let known = state.machines.first(where: { $0.token == rental.token.value && $0.place.zone == rental.place.zone }) { return known }
    let tags = Dictionary(
      rental.request.split(separator: "\n").compactMap { line -> (String, String)? in
        let pair = line.split(separator: "=", maxSplits: 1)
        return pair.count == 2 ? (String(pair[0]), String(pair[1])) : nil
      }
    ) { $1 }
    let made = Machine(
      id: ResourceID("m-\(state.machines.count + 1)"), token: rental.token.value, place: rental.place, state: .running, tags: tags,
      launchedAt: at.addingTimeInterval(state.turn), listedFrom: at.addingTimeInterval(state.lag))
    state.machines.append(made)
    return made
  }

  static func resource(_ machine: Machine) -> Resource {
    var resource = Resource(
      id: machine.id, provider: "cloud", kind: "machine", state: machine.state, runUID: machine.tags[OwnershipTags.run])
    resource.installation = machine.tags[OwnershipTags.installation]
    resource.owner = machine.tags[OwnershipTags.owner]
    resource.intent = machine.tags[OwnershipTags.intent].map { IntentID($0) }
    resource.place = machine.place
    (resource.launchedAt, resource.endedAt) = (machine.launchedAt, machine.endedAt)
    resource.tags = machine.tags
    return resource
  }

  func resources(_ scope: ListingScope, after page: PageToken?) async throws(ProviderError) -> ResourcePage {
    let at = now()
    let (found, isPartial, fails) = state.withLock { state in
      state.listings += 1
      return (
        state.machines.filter { machine in
          guard machine.listedFrom <= at, machine.place.account == state.account else { return false }
          return switch scope {
          case .run(let uid): machine.tags[OwnershipTags.run] == uid
          case .ours, .managed: machine.tags[OwnershipTags.createdBy] == "runpilot"
          case .everything: true
          }
        }, state.listingIsPartial, state.listingFails
      )
    }
    if fails { throw ProviderError(.unreachable, "nobody answers") }
    // A partial listing shows the first half.
    let shown = isPartial ? Array(found.prefix(found.count / 2)) : found
    var answer = ResourcePage(shown.map(Self.resource) + (isPartial ? [] : disks(scope)), isComplete: !isPartial)
    for index in answer.resources.indices {
      let id = answer.resources[index].id
      answer.resources[index].attachments = answer.resources.filter { $0.attachedTo == id }.map {
        Resource.Attachment(id: $0.id, diesToo: false, isRoot: $0.isFromImage)
      }
    }
    if isPartial { answer.gaps = ["a region did not answer"] }
    return answer
  }

  /// Disks, as long as they are there; they hang on their machine until that is gone.
  private func disks(_ scope: ListingScope) -> [Resource] {
    state.withLock { state in
      state.disks.filter { disk in
        guard disk.state != .gone else { return false }
        return switch scope {
        case .run(let uid): disk.runUID == uid
        case .ours, .managed: disk.tags[OwnershipTags.createdBy] == "runpilot"
        case .everything: true
        }
      }.map { disk in
        var disk = disk
        if !state.machines.contains(where: { $0.id == disk.attachedTo && $0.state != .gone }) { disk.attachedTo = nil }
        return disk
      }
    }
  }

  func setDiskTag(_ key: String, _ value: String, on id: String) {
    state.withLock { state in
      if let index = state.disks.firstIndex(where: { $0.id.rawValue == id }) { state.disks[index].tags[key] = value }
    }
  }

  /// Puts a disk or a snapshot there, with the tags of a machine.
  func addDisk(_ id: String, _ kind: String = "volume", of machine: Machine, holdsData: Bool, attached: Bool = true, made: Date? = nil) {
    var disk = Resource(id: ResourceID(id), provider: "cloud", kind: kind, state: .running, runUID: machine.tags[OwnershipTags.run])
    (disk.installation, disk.owner) = (machine.tags[OwnershipTags.installation], machine.tags[OwnershipTags.owner])
    disk.intent = machine.tags[OwnershipTags.intent].map { IntentID($0) }
    (disk.place, disk.tags, disk.launchedAt) = (machine.place, machine.tags, made ?? machine.launchedAt)
    disk.attachedTo = attached ? machine.id : nil
    disk.isFromImage = !holdsData
    disk.meters = [Meter(.disk, "10 GB \(kind)", hourly: Money(Decimal(sign: .plus, exponent: -2, significand: 3)), source: "list")]
    state.withLock { $0.disks.append(disk) }
  }

  func status(of resource: ResourceID) async throws(ProviderError) -> ResourceState {
    if state.withLock({ $0.statusFails }) { throw ProviderError(.throttled, "too many questions") }
    return state.withLock { state in
      if let disk = state.disks.first(where: { $0.id == resource }) { return disk.state }
      return state.machines.first { $0.id == resource && $0.place.account == state.account }?.state ?? .gone
    }
  }

  func destroy(_ permit: consuming CleanupPermit) async throws(ProviderError) -> Destruction {
    let (id, at) = (permit.resource, now())
    return state.withLock { state in
      state.destroys += 1
      if let index = state.disks.firstIndex(where: { $0.id == id }) {
        state.disks[index].state = .gone
        return .pending(checkAgainIn: .seconds(5))
      }
      guard let index = state.machines.firstIndex(where: { $0.id == id }) else { return .alreadyGone }
      if !state.deletionLies { (state.machines[index].state, state.machines[index].endedAt) = (.gone, at) }
      return .pending(checkAgainIn: .seconds(5))
    }
  }

  func prices(at place: RentalPlace, from start: Date, to end: Date) async throws(ProviderError) -> [PriceChange] {
    let prices = state.withLock { state in
      state.priceQuestions.append((start, end))
      return state.prices
    }
    guard let prices else { throw ProviderError(.throttled, "no prices today") }
    return prices.filter { $0.from <= start }.suffix(1) + prices.filter { $0.from > start && $0.from <= end }
  }

  func output(of resource: ResourceID) async throws(ProviderError) -> [UInt8]? { state.withLock { $0.outputs[resource] } }

  func bills(of resource: ResourceID, from start: Date, to end: Date) async throws(ProviderError) -> [Bill] {
    let bills = state.withLock { state in
      state.billQuestions += 1
      return state.bills
    }
    guard let bills else { throw ProviderError(.throttled, "no bills today") }
    return (bills[resource] ?? []).filter { $0.to >= start }
  }

  func setTags(_ tags: [String: String?], on resource: ResourceID) async throws(ProviderError) {
    change(resource) { machine in for (key, value) in tags { machine.tags[key] = value } }
  }
  func setOwnEnd(of resource: ResourceID, destroys: Bool) async throws(ProviderError) { change(resource) { $0.endsItself = destroys } }
  func stop(_ resource: ResourceID) async throws(ProviderError) { change(resource) { $0.state = .stopped } }
  func start(_ resource: ResourceID) async throws(ProviderError) { change(resource) { $0.state = .running } }

  private func change(_ resource: ResourceID, _ body: (inout Machine) -> Void) {
    state.withLock { state in
      if let index = state.machines.firstIndex(where: { $0.id == resource }) { body(&state.machines[index]) }
    }
  }

  /// A machine of somebody else.
  func addStranger(_ id: String, tags: [String: String] = [:]) {
    let machine = Machine(
      id: ResourceID(id), token: id, place: RentalPlace(provider: "cloud", account: "123", region: "r", machine: "big"), state: .running,
      tags: tags, launchedAt: now().addingTimeInterval(-86_400), listedFrom: .distantPast)
    state.withLock { $0.machines.append(machine) }
  }
}

/// Objects in memory.
final class MemoryStore: ObjectStore {
  private let objects = Mutex<[String: [UInt8]]>([:])
  private let clock = Mutex(Date(timeIntervalSince1970: 1_795_230_000))
  private let down = Mutex(false)
  /// What happens while an object is asked for.
  let beforeAnswer: Mutex<@Sendable () -> Void> = Mutex {}
  /// Whether it answers nobody.
  var isDown: Bool {
    get { down.withLock { $0 } }
    set { down.withLock { $0 = newValue } }
  }
  /// When the store says that its objects were written: all of them at once.
  var time: Date {
    get { clock.withLock { $0 } }
    set { clock.withLock { $0 = newValue } }
  }
  var keys: [String] { objects.withLock { $0.keys.sorted() } }

  private func facts(_ key: String, _ bytes: [UInt8]) -> ObjectFacts {
    ObjectFacts(
      key: key, size: Int64(bytes.count), etag: "\(bytes.hashValue)", modifiedAt: time)
  }
  func get(_ key: String, range: Range<Int64>?) async throws(ProviderError) -> StoredObject? {
    beforeAnswer.withLock { $0 }()
    if isDown { throw ProviderError(.unreachable, "the store does not answer") }
    return objects.withLock { $0[key] }.map { StoredObject(bytes: $0, facts: facts(key, $0)) }
  }
  func head(_ key: String) async throws(ProviderError) -> ObjectFacts? { objects.withLock { $0[key] }.map { facts(key, $0) } }
  func put(_ key: String, _ bytes: [UInt8], condition: PutCondition) async throws(ProviderError) -> ObjectFacts {
    objects.withLock { $0[key] = bytes }
    return facts(key, bytes)
  }
  func upload(file path: String, to key: String) async throws(ProviderError) -> ObjectFacts {
    guard let bytes = try? Files.read(path) else { throw ProviderError(.invalidRequest, "cannot read \(path)") }
    return try await put(key, Array(bytes), condition: .always)
  }
  func download(_ key: String, to path: String) async throws(ProviderError) -> ObjectFacts {
    guard let object = try await get(key, range: nil), (try? Files.writeAtomically(object.bytes, to: path)) != nil else {
      throw ProviderError(.notFound, "no \(key)")
    }
    return object.facts
  }
  func list(prefix: String, after: String?, page: PageToken?) async throws(ProviderError) -> ObjectPage {
    if isDown { throw ProviderError(.unreachable, "the store does not answer") }
    return ObjectPage(
      objects.withLock { $0 }.filter { $0.key.hasPrefix(prefix) && $0.key > (after ?? "") }.sorted { $0.key < $1.key }.map {
        facts($0.key, $0.value)
      })
  }
  func delete(_ keys: [String]) async throws(ProviderError) { objects.withLock { for key in keys { $0[key] = nil } } }
  func presignedGet(_ key: String, lifetime: Duration) async throws(ProviderError) -> String { "https://store.example/\(key)?signature=x" }
}
