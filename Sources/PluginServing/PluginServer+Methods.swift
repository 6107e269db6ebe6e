import Basics
import FoundationEssentials
import Glibc
import PluginProtocol
import ProviderKit
import SafeCleanup
import TrainingModel

extension PluginServer {
  /// Carries out a request; what it came to, as a line.
  func result(_ id: MessageID, _ method: PluginMethod, _ message: Message) async throws -> [UInt8] {
    switch method {
    case .initialize: return try MessageWriter.result(id, try greet(try message.parameters(InitializeParameters.self)))
    case .configure:
      return try MessageWriter.result(id, try configure(try message.parameters(ConfigureParameters.self)))
    case .offers:
      let need = try message.parameters(OffersParameters.self).need.need
      return try await wire.many(id, try await provider().offers(for: need).map { WireOffer($0) })
    case .list: return try await list(id, try message.parameters(ListParameters.self))
    case .get:
      let resource = ResourceID(try message.parameters(ResourceParameters.self).id)
      return try MessageWriter.result(id, StateResult(try await provider().status(of: resource)))
    case .delete: return try MessageWriter.result(id, DeleteResult(try await delete(try message.parameters(DeleteParameters.self))))
    case .launch: return try await launch(id, try message.parameters(LaunchParameters.self))
    case .check:
      return try await wire.many(id, await provider((any AccountCheck).self, for: method).check())
    case .recoverLog: return try await recover(id, try message.parameters(RecoverLogParameters.self))
    case .setupSteps, .setupCarryOut, .setupSettings: return try await setup(id, method, message)
    default: return try await rent(id, method, message)
    }
  }

  private func list(_ id: MessageID, _ parameters: ListParameters) async throws -> [UInt8] {
    guard let scope = parameters.listing else { throw WireFailure(PluginProtocol.badParameters, "no scope '\(parameters.scope)'") }
    let page = try await provider().resources(scope, after: parameters.page.map { PageToken($0) })
    try await wire.batches(id, page.resources.map { WireResource($0) })
    return try MessageWriter.result(id, ListResult(page))
  }

  /// The permit was spent by the host; what came here is what it was given for, and that is reviewed again.
  private func delete(_ parameters: DeleteParameters) async throws -> Destruction {
    guard let grounds = parameters.grounds, grounds.facts.resource.id.rawValue == parameters.id else {
      throw WireFailure(PluginProtocol.badParameters, "`delete` needs the grounds on which it was permitted")
    }
    do {
      return try await provider().destroy(try CleanupSafety.review(grounds.facts, policy: grounds.policy, now: Date()))
    } catch let refusal as CleanupRefusal {
      throw ProviderError(.invalidRequest, "not deleted: \(refusal.explanation)", effect: .none)
    }
  }

  private func launch(_ id: MessageID, _ parameters: LaunchParameters) async throws -> [UInt8] {
    let lock = try Self.noLock()
    let request = LaunchRequest(
      record: parameters.run, spec: parameters.spec, folder: RunFolder(parameters.folder), secrets: [:], seed: parameters.seed, lock: lock)
    return try MessageWriter.result(id, CreateResult(try await provider().launch(request, token: LaunchToken(parameters.token))))
  }

  /// The run's lock stays with the host, who hands it to the agent.
  private static func noLock() throws(SystemError) -> FileLock { FileLock.adopting(try Descriptor.open("/dev/null", O_RDONLY).release()) }

  private func recover(_ id: MessageID, _ parameters: RecoverLogParameters) async throws -> [UInt8] {
    let able = try provider((any LogRecovery).self, for: .recoverLog)
    return try await bytes(id, try await able.recoveredLog(of: parameters.run, from: parameters.offset))
  }

  /// Bytes in pieces that fit into lines, and the answer that ends them.
  private func bytes(_ id: MessageID, _ bytes: [UInt8]?) async throws -> [UInt8] {
    guard let bytes else { return try MessageWriter.result(id, KnownResult(known: false)) }
    let piece = 256 << 10
    for start in stride(from: 0, to: bytes.count, by: piece) {
      let body = BytesBody(base64: Data(bytes[start..<min(bytes.count, start + piece)]).base64EncodedString())
      try await wire.event(id, .bytes, body)
    }
    return try MessageWriter.result(id, KnownResult(known: true))
  }

  private func setup(_ id: MessageID, _ method: PluginMethod, _ message: Message) async throws -> [UInt8] {
    // Who needs nothing has nothing to set up.
    guard let able = try provider() as? any SetupPower else { return try await wire.many(id, [String]()) }
    switch method {
    case .setupSteps: return try await wire.many(id, try await able.setupSteps())
    case .setupSettings: return try await wire.many(id, try await able.settingsAfterSetup())
    default:
      try await able.carryOut(try message.parameters(SetupParameters.self).step)
      return try MessageWriter.result(id, Nothing())
    }
  }

  private func rent(_ id: MessageID, _ method: PluginMethod, _ message: Message) async throws -> [UInt8] {
    let renting = try provider((any RentingProvider).self, for: method)
    switch method {
    case .account: return try MessageWriter.result(id, AccountResult(try await renting.account()))
    case .candidates:
      let need = try message.parameters(CandidatesParameters.self).need.need
      return try await wire.many(id, try await renting.candidates(for: need).map { WireCandidate($0) })
    case .compose:
      let parameters = try message.parameters(ComposeParameters.self)
      let composed = try await renting.compose(parameters.candidate.candidate(of: self.id), parameters.order.order)
      return try MessageWriter.result(id, ComposeResult(request: composed.request))
    case .create: return try await create(id, try message.parameters(CreateParameters.self), renting)
    case .prices:
      let parameters = try message.parameters(PricesParameters.self)
      let able = try provider((any PriceHistory).self, for: method)
      let prices = try await able.prices(at: parameters.place.place(at: self.id), from: parameters.from, to: parameters.to)
      return try await wire.many(id, prices.map { WirePriceChange($0) })
    case .refreshPrices, .bills, .output, .ended: return try await tell(id, method, message)
    default:
      try await change(method, message)
      return try MessageWriter.result(id, Nothing())
    }
  }

  /// What a vendor remembers.
  private func tell(_ id: MessageID, _ method: PluginMethod, _ message: Message) async throws -> [UInt8] {
    switch method {
    case .refreshPrices:
      let need = try message.parameters(OffersParameters.self).need.need
      try await provider((any PriceRefreshing).self, for: method).refreshPrices(for: need)
      return try MessageWriter.result(id, Nothing())
    case .bills:
      let asked = try message.parameters(BillsParameters.self)
      let able = try provider((any BillingProvider).self, for: method)
      return try await wire.many(id, try await able.bills(of: ResourceID(asked.id), from: asked.from, to: asked.to).map { WireBill($0) })
    case .output:
      let resource = ResourceID(try message.parameters(ResourceParameters.self).id)
      return try await bytes(id, try await provider((any MachineLogs).self, for: method).output(of: resource))
    default:
      let resource = ResourceID(try message.parameters(ResourceParameters.self).id)
      return try MessageWriter.result(id, EndedResult(try await provider((any EndHistory).self, for: method).end(of: resource)))
    }
  }

  private func create(_ id: MessageID, _ parameters: CreateParameters, _ provider: any RentingProvider) async throws -> [UInt8] {
    let lock = try Self.noLock()
    // What is rented is in the composed request; run and folder are the host's business.
    let nobody = RunSpec(name: "", entrypoint: [], projectFolder: "/", provider: self.id)
    var request = LaunchRequest(
      record: RunRecord(id: RunID(""), uid: "", spec: nobody, runDir: "/", createdAt: Date()), spec: nobody, folder: RunFolder("/"),
      secrets: [:], seed: 0, lock: lock)
    let token = LaunchToken(parameters.token)
    request.rental = ComposedLaunch(token: token, place: parameters.place.place(at: self.id), request: parameters.request)
    let resource = try await provider.launch(request, token: token)
    try await wire.event(id, .created, CreatedBody(resource: resource.id.rawValue))
    return try MessageWriter.result(id, CreateResult(resource))
  }

  private func change(_ method: PluginMethod, _ message: Message) async throws {
    switch method {
    case .stop, .start:
      let able = try provider((any PausableProvider).self, for: method)
      let resource = ResourceID(try message.parameters(ResourceParameters.self).id)
      if method == .stop { try await able.stop(resource) } else { try await able.start(resource) }
    case .setTags:
      let parameters = try message.parameters(TagParameters.self)
      try await provider((any TaggingProvider).self, for: method).setTags(parameters.tags, on: ResourceID(parameters.id))
    case .setOwnEnd:
      let parameters = try message.parameters(OwnEndParameters.self)
      try await provider((any OwnEndProvider).self, for: method).setOwnEnd(of: ResourceID(parameters.id), destroys: parameters.destroys)
    default: throw WireFailure(PluginProtocol.unknownMethod, "no method '\(method.rawValue)'")
    }
  }
}
