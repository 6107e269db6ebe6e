import Basics
import FoundationEssentials
import PluginHost
import PluginProtocol
import ProviderKit
import SafeCleanup
import Synchronization
import TrainingModel

/// A conversation with a plugin that was started for one promise.
struct Talk: Sendable {
  let bench: ProbeBench
  let probe: PluginProbe
  let facts: PluginFacts

  /// What goes into a machine for the trial must not come out again.
  static let canary = "canary-7f3d9b52e1-must-not-be-heard"

  /// Starts a plugin and greets it.
  /// - Parameters:
  ///   - credentials: nil for what the caller's environment has.
  static func open(
    _ bench: ProbeBench, configured: Bool = true, credentials: [String: String]? = nil, credit: Int = PluginProtocol.initialCredit
  ) async throws -> Talk {
    let environment =
      credentials == nil ? bench.environment : bench.environment.filter { ["PATH", "HOME", "TMPDIR", "LANG"].contains($0.key) }
    let probe = try PluginProbe(bench.file, environment: environment, workingFolder: bench.folder, credit: credit)
    let hello = InitializeParameters(host: .init(name: "runpilot", version: bench.version), credit: credit)
    let facts: PluginFacts
    switch await probe.ask("initialize", hello, within: PluginProtocol.handshakeDeadline) {
    case .result(let message): facts = try read(message, PluginFacts.self, "initialize")
    case .refused(let failure): throw Broken("it refused to be initialized: \(failure.message)")
    case .broken(let words): throw Broken("\(words) when it was asked to `initialize`")
    }
    probe.takes(facts.maxInFlight)
    probe.tell(.initialized, Nothing())
    let talk = Talk(bench: bench, probe: probe, facts: facts)
    if configured { _ = try await talk.ask(.configure, talk.configuration(credentials), ConfigureResult.self) }
    return talk
  }

  func configuration(_ credentials: [String: String]? = nil) -> ConfigureParameters {
    ConfigureParameters(
      id: "trial", settings: bench.settings, credentials: credentials ?? bench.callers.filter { facts.credentials.contains($0.key) },
      owner: "trial@runpilot", ownerIsConfigured: true, installation: bench.installation, home: bench.folder)
  }

  static func read<Value: Decodable>(_ message: Message, _ type: Value.Type, _ method: String) throws -> Value {
    do { return try message.result(type) } catch {
      throw Broken("`\(method)` was answered in another form than agreed: \(DecodingWords.describe(error))")
    }
  }

  // MARK: asking

  func ask<Answer: Decodable>(
    _ method: PluginMethod, _ parameters: some Encodable & Sendable, _ type: Answer.Type,
    onEvent: @escaping @Sendable (EventHead.Kind, Message) throws -> Void = { _, _ in }
  ) async throws -> Answer {
    switch await probe.ask(method.rawValue, parameters, onEvent: onEvent) {
    case .result(let message): return try Self.read(message, type, method.rawValue)
    case .refused(let failure):
      throw Broken("`\(method.rawValue)` was refused (\(failure.data?.kind ?? "without a class")): \(failure.message)")
    case .broken(let words): throw Broken("\(words) when it was asked to `\(method.rawValue)`")
    }
  }

  /// The refusal of what must be refused.
  func refusal(_ method: String, _ parameters: some Encodable & Sendable) async throws -> WireFailure {
    switch await probe.ask(method, parameters) {
    case .refused(let failure): return failure
    case .result: throw Broken("`\(method)` was carried out, and should have been refused")
    case .broken(let words): throw Broken("\(words) when it was asked to `\(method)`")
    }
  }

  func items<Item: Codable & Sendable>(_ method: PluginMethod, _ parameters: some Encodable & Sendable, _ type: Item.Type) async throws
    -> [Item]
  {
    let found = Mutex<[Item]>([])
    let answer = try await ask(method, parameters, ItemsResult<Item>.self) { kind, message in
      guard kind == .items else { return }
      let batch = try message.parameters(Event<ItemsResult<Item>>.self).body.items
      found.withLock { $0 += batch }
    }
    return found.withLock { $0 } + answer.items
  }

  // MARK: what providers do

  func candidates(_ need: RentalNeed = RentalNeed(resources: ResourceNeed(), architectures: ["x86_64", "aarch64"])) async throws
    -> [RentalCandidate]
  {
    try await items(.candidates, CandidatesParameters(need), WireCandidate.self).map { $0.candidate(of: "trial") }
  }

  /// The request for a machine that does nothing for a while, of the cheapest kind.
  func composed(run: String, token: String = UUID().uuidString.lowercased()) async throws -> ComposedLaunch {
    guard let candidate = try await candidates().first else { throw Broken("it has no machine at all under the sandbox's settings") }
    let tags = [
      OwnershipTags.createdBy: "runpilot", OwnershipTags.installation: bench.installation, OwnershipTags.owner: "trial@runpilot",
      OwnershipTags.run: run, OwnershipTags.intent: token, "note": "a trial, \u{00e4}\u{00f6}\u{00fc}",
    ]
    let order = RentalOrder(
      token: LaunchToken(token), tags: tags, bootScript: "#!/bin/sh\n# \(Self.canary)\nexec sleep 600\n", name: "runpilot-trial",
      need: RentalNeed(resources: ResourceNeed(), architectures: ["x86_64", "aarch64"]))
    let parameters = ComposeParameters(candidate, order)
    let request =
      facts.can(.compose)
      ? try await ask(.compose, parameters, ComposeResult.self).request
      : String(decoding: try JSON.encode(parameters, compact: true), as: UTF8.self)
    return ComposedLaunch(token: order.token, place: candidate.place, request: request)
  }

  func create(_ launch: ComposedLaunch, onCreated: @escaping @Sendable (String) -> Void = { _ in }) async throws -> Resource {
    let answer = try await ask(.create, CreateParameters(launch), CreateResult.self) { kind, message in
      if kind == .created { onCreated(try message.parameters(Event<CreatedBody>.self).body.resource) }
    }
    return answer.resource.resource(of: "trial")
  }

  /// All pages of a listing, without what is gone.
  func list(_ scope: ListingScope) async throws -> [Resource] {
    var found: [Resource] = []
    var page: PageToken?
    for _ in 0..<1_000 {
      let batches = Mutex<[WireResource]>([])
      let answer = try await ask(.list, ListParameters(scope, after: page), ListResult.self) { kind, message in
        guard kind == .items else { return }
        let batch = try message.parameters(Event<ItemsResult<WireResource>>.self).body.items
        batches.withLock { $0 += batch }
      }
      let listed = answer.page(batches.withLock { $0 } + answer.items, of: "trial")
      guard listed.isComplete else { throw Broken("a listing is not complete: \(listed.gaps.joined(separator: "; "))") }
      found += listed.resources.filter { $0.state != .gone }
      guard let next = listed.next else { return found }
      guard next != page else { throw Broken("a listing's next page is the same page") }
      page = next
    }
    throw Broken("a listing has more than 1,000 pages")
  }

  /// Deletes, and waits until it is gone.
  func delete(_ id: ResourceID) async throws {
    let deadline = ContinuousClock.now + .seconds(300)
    while ContinuousClock.now < deadline {
      let end = try await deleteOnce(id)
      if try await state(id) == .gone { return }
      try await Task.sleep(for: .seconds(max(0.05, min(10, end.checkAgainSeconds ?? 0.2))))
    }
    throw Broken("\(id) was deleted, and is not gone after five minutes")
  }

  /// `delete`, as any host sends it: what is deleted here belongs to the trial, and a plugin that reviews the grounds gets them.
  func deleteOnce(_ id: ResourceID) async throws -> DeleteResult {
    guard facts.can(.grounds) else { return try await ask(.delete, ResourceParameters(id), DeleteResult.self) }
    var resource = Resource(id: id, provider: "trial", kind: facts.kind == .renting ? "machine" : "process", state: .running)
    resource.installation = bench.installation
    let grounds = CleanupFacts(
      resource: resource, listingComplete: true, gatheredAt: Date(), installation: bench.installation, runIsAlive: false)
    let permit = try CleanupSafety.review(grounds, now: Date())
    return try await ask(.delete, DeleteParameters(permit, withGrounds: true), DeleteResult.self)
  }

  func state(_ id: ResourceID) async throws -> ResourceState { try await ask(.get, ResourceParameters(id), StateResult.self).state }

  func wait(for state: ResourceState, of id: ResourceID) async throws {
    let deadline = ContinuousClock.now + .seconds(300)
    while try await self.state(id) != state {
      guard ContinuousClock.now < deadline else { throw Broken("\(id) is not \(state.rawValue) after five minutes") }
      try await Task.sleep(for: .milliseconds(100))
    }
  }
}

/// What a trial has left.
enum Leftovers {
  /// Deletes everything that carries the trial's installation.
  static func remove(_ bench: ProbeBench) async {
    guard let talk = try? await Talk.open(bench), let all = try? await talk.list(.ours) else { return }
    for resource in all where resource.installation == bench.installation { try? await talk.delete(resource.id) }
  }
}
