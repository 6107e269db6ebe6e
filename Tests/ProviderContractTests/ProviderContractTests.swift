import Basics
import BuiltinProviders
import FoundationEssentials
import ProviderKit
import RunPilotTesting
import RunStore
import SafeCleanup
import Testing
import TrainingModel

/// What every provider in the list promises, on its real back end.
@Suite("The provider contract", .serialized)
struct ProviderContractTests {
  private static let modules = BuiltinProviders.descriptors.map(\.module)
  /// Each module by itself, and served by another process over the protocol of plugins: the wire loses nothing.
  private static let ways =
    modules.flatMap { [ContractWay(module: $0, isWired: false), ContractWay(module: $0, isWired: true)] }
    + [false, true].map { ContractWay(module: "slurm", isWired: $0, isREST: true) }
  private static let sleeper = ["sleep", "600"]

  @Test("Modules have names of their own, and say what they are and what every setting means")
  func descriptors() {
    #expect(Set(Self.modules).count == Self.modules.count)
    for descriptor in BuiltinProviders.descriptors {
      #expect(!descriptor.summary.isEmpty)
      #expect(descriptor.settings.allSatisfy { !$0.summary.isEmpty && !$0.name.isEmpty })
      #expect(descriptor.powers.allSatisfy { !$0.note.isEmpty }, "a power says how, or why not")
      #expect(descriptor.powers.contains { $0.name == "gpu" })
    }
    for kind in RunKind.allCases { #expect(BuiltinProviders.descriptors.filter { $0.defaultFor.contains(kind) }.count == 1, "\(kind)") }
  }

  @Test("The same token twice is one resource", arguments: Self.ways)
  func launchIsIdempotent(_ way: ContractWay) async throws {
    let subject = try await ContractSubject.make(way)
    var request = try subject.request(Self.sleeper)
    let first = try await subject.launch(&request)
    let second = try await subject.launch(&request)
    #expect(first.id == second.id)
    if !subject.descriptor.isRented {
      // Between fork and exec a child of the agent still looks like it.
      try await eventually { TestHome.processes(withArgument: request.folder.path).count == 1 }
    }
    try await finish(subject, request)
  }

  @Test("What was launched is listed with its run and its home, and nothing of another run", arguments: Self.ways)
  func listing(_ way: ContractWay) async throws {
    let subject = try await ContractSubject.make(way)
    var one = try subject.request(Self.sleeper)
    var other = try subject.request(Self.sleeper)
    _ = try await subject.launch(&one)
    _ = try await subject.launch(&other)
    for request in [one, other] {
      // A process that has just been made has no command line yet: the kernel lets its parent go on first.
      try await eventually { try await !subject.resources(.run(uid: request.record.uid)).isEmpty }
      let listed = try await subject.resources(.run(uid: request.record.uid))
      #expect(listed.allSatisfy { $0.runUID == request.record.uid && $0.installation != nil && $0.provider == ProviderID(way.module) })
    }
    let ours = Set(try await subject.resources(.ours).compactMap(\.runUID))
    #expect(ours.isSuperset(of: [one.record.uid, other.record.uid]))
    for request in [one, other] { try await finish(subject, request) }
  }

  @Test("Destroying ends it, again is fine, and then it is gone", arguments: Self.ways)
  func destruction(_ way: ContractWay) async throws {
    let subject = try await ContractSubject.make(way)
    var request = try subject.request(Self.sleeper)
    _ = try await subject.launch(&request)
    if !subject.descriptor.isRented { try await running(subject, request) }
    let resource = try #require(try await subject.resources(.run(uid: request.record.uid)).first)
    try await eventually { try await subject.provider.status(of: resource.id) == .running }
    try await eventually { try await subject.provider.destroy(try subject.permit(resource)) == .alreadyGone }
    #expect(try await subject.provider.status(of: resource.id) == .gone)
    #expect(try await subject.resources(.run(uid: request.record.uid)).isEmpty)
    #expect(try await subject.provider.destroy(try subject.permit(resource)) == .alreadyGone)
  }

  @Test("What never was is gone, not an error", arguments: Self.ways)
  func unknown(_ way: ContractWay) async throws {
    let subject = try await ContractSubject.make(way)
    _ = try subject.request(Self.sleeper)
    let uid = UUID().uuidString.lowercased()
    #expect(try await subject.resources(.run(uid: uid)).isEmpty)
    #expect(try await subject.provider.status(of: subject.unknownID) == .gone)
  }

  /// Of what is rented this is a whole story of its own: EndToEndTests/RentedTests.
  private static let near = ways.filter { way in BuiltinProviders.descriptors.contains { $0.module == way.module && !$0.isRented } }

  @Test("A run's exit code is recorded, and nothing is left of it", arguments: Self.near)
  func outcome(_ way: ContractWay) async throws {
    let subject = try await ContractSubject.make(way)
    var request = try subject.request(["sh", "-c", "echo out; echo err >&2; exit 7"])
    _ = try await subject.launch(&request)
    try await eventually { try subject.store.record(request.record.id).status.isTerminal }
    let record = try subject.store.record(request.record.id)
    #expect(record.reason == .exited, "\(String(describing: record.detail))")
    #expect(record.exitCode == 7)
    #expect(record.cleanup?.state == .done)
    #expect(try Set(Files.readText(request.folder.logs).split(separator: "\n")) == ["out", "err"])
    try await eventually { try await subject.resources(.run(uid: request.record.uid)).isEmpty }
  }

  @Test("A check says something of each thing, and how to mend what failed", arguments: Self.ways)
  func check(_ way: ContractWay) async throws {
    let subject = try await ContractSubject.make(way)
    let provider = try #require(subject.provider as? any AccountCheck)
    let results = await provider.check()
    #expect(!results.isEmpty)
    for result in results { #expect(result.outcome == .ok || !result.hints.isEmpty, "\(result.name): \(result.detail)") }
  }

  @Test("Offers say what they cost and who says so: nothing on this machine, something or unknown on a rented one", arguments: Self.ways)
  func offers(_ way: ContractWay) async throws {
    let subject = try await ContractSubject.make(way)
    let offers = try await subject.provider.offers(for: ResourceNeed())
    #expect(
      offers.allSatisfy { offer in
        guard let price = offer.pricePerHour else { return subject.descriptor.isRented }
        return (price == .zero) != subject.descriptor.isRented && offer.priceSource != nil
      })
    #expect(!offers.isEmpty)
    for offer in offers {
      // What was asked a moment ago and what came with the program both have a day; what somebody wrote into a file has none.
      #expect(offer.pricedOn.map { Timestamp.parse($0 + "T00:00:00Z") != nil } ?? true)
      #expect(offer.isSpot == false && offer.cpuCores != 0 && offer.memory?.bytes != 0 && offer.region != "")
    }
  }

  @Test("Over the wire the same is offered, to the last member", arguments: modules)
  func sameOffers(_ module: String) async throws {
    let (itself, served) = (
      try await ContractSubject.make(ContractWay(module: module, isWired: false)),
      try await ContractSubject.make(ContractWay(module: module, isWired: true))
    )
    var withGPU = ResourceNeed()
    withGPU.gpus = .count(1)
    // Not every machine that tests run on has a GPU of its own.
    for need in itself.descriptor.isRented ? [ResourceNeed(), withGPU] : [ResourceNeed()] {
      let offers = try await itself.provider.offers(for: need)
      #expect(try await served.provider.offers(for: need) == offers)
      #expect(!need.gpus.isWanted || offers.contains { $0.gpuCount > 0 })
    }
  }

  @Test(
    "every message of both sides fits the published schema, as a validator sees it that nobody here wrote",
    arguments: ways.filter(\.isWired))
  func schema(_ way: ContractWay) async throws {
    let subject = try await ContractSubject.make(way)
    _ = try await subject.provider.offers(for: ResourceNeed())
    _ = await (subject.provider as? any AccountCheck)?.check()
    _ = try? await (subject.provider as? any SetupPower)?.setupSteps()
    var request = try subject.request(Self.sleeper)
    let resource = try await subject.launch(&request)
    if let logs = subject.provider as? any LogRecovery { _ = try await logs.recoveredLog(of: request.record.uid, from: 0) }
    if let renting = subject.provider as? any RentingProvider {
      _ = try await renting.account()
      let day = (Date(timeIntervalSinceNow: -86_400), Date())
      if let place = resource.place { _ = try? await (renting as? any PriceHistory)?.prices(at: place, from: day.0, to: day.1) }
      _ = try? await (renting as? any BillingProvider)?.bills(of: resource.id, from: day.0, to: day.1)
      _ = try? await (renting as? any MachineLogs)?.output(of: resource.id)
      _ = try? await (renting as? any EndHistory)?.end(of: resource.id)
      try? await (renting as? any TaggingProvider)?.setTags(["note": "x", "runpilot:project": nil], on: resource.id)
    }
    _ = try await subject.provider.status(of: resource.id)
    _ = try await subject.resources(.everything)
    try await finish(subject, request)
    let messages = try subject.messages()
    #expect(messages.filter { $0.hasPrefix("BAD") || $0.hasPrefix("UNKNOWN") }.isEmpty)
    let seen = Set(messages)
    var wanted: Set = ["initialize", "configure", "offers", "check", "list", "get", "delete"]
    wanted.formUnion(subject.descriptor.isRented ? ["account", "candidates", "compose", "create"] : ["launch", "agent.start"])
    for name in wanted { #expect(seen.contains("request.\(name)") && seen.contains("result.\(name)"), "\(name)") }
  }

  /// Waits until the job itself runs.
  private func running(_ subject: ContractSubject, _ request: LaunchRequest) async throws {
    try await eventually {
      let record = try subject.store.record(request.record.id)
      #expect(!record.status.isTerminal, "\(String(describing: record.detail))")
      return record.status == .running || record.status.isTerminal
    }
  }

  /// Ends what a test started, by the provider's own means.
  private func finish(_ subject: ContractSubject, _ request: LaunchRequest) async throws {
    try await eventually {
      let left = try await subject.resources(.run(uid: request.record.uid))
      for resource in left { _ = try await subject.provider.destroy(try subject.permit(resource)) }
      return left.isEmpty
    }
  }
}
