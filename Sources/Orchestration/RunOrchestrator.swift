import Basics
public import ControlAPI
public import FoundationEssentials
import ProviderKit
import RunFollowing
public import RunStore
public import TrainingModel

/// Carries runs from request to end, in this process: the near end of `RunService`.
public struct RunOrchestrator: Sendable {
  /// What the orchestrator is made from.
  public struct World: Sendable {
    /// The run folders.
    public var store: RunStore
    /// The way to every provider.
    public var registry: ProviderRegistry
    /// How a resolved configuration is written and read.
    public var configurations: ConfigurationText
    /// The caller's environment.
    public var environment: [String: String]
    /// This home's random id.
    public var installation: @Sendable () throws -> String
    /// This program's version.
    public var version: String
    /// The time.
    public var now: @Sendable () -> Date
    /// What renting needs; nil where nothing can be rented.
    public var rental: RentalWorld?

    /// A world.
    public init(
      store: RunStore, registry: ProviderRegistry, configurations: ConfigurationText, environment: [String: String],
      installation: @escaping @Sendable () throws -> String,
      version: String, now: @escaping @Sendable () -> Date, rental: RentalWorld? = nil
    ) {
      self.store = store
      self.registry = registry
      self.configurations = configurations
      self.environment = environment
      self.installation = installation
      self.version = version
      self.now = now
      self.rental = rental
    }
  }

  let world: World
  let secrets = SecretsInHand()
  var store: RunStore { world.store }

  /// An orchestrator in `world`; touches nothing.
  public init(_ world: World) { self.world = world }
}

extension RunOrchestrator {
  /// Records a run and puts its agent to work.
  public func submit(_ request: RunRequest, onProgress: @escaping @Sendable (RunProgress) -> Void) async throws -> RunRecord {
    try admit(request.spec)
    var chance = SystemRandomNumberGenerator()
    return try await launch(try take(request, uid: UUID.v7(at: world.now(), using: &chance).uuidString.lowercased()), onProgress)
  }

  /// - Throws: ``RunRefused`` for what its provider cannot do; nothing is recorded then.
  func admit(_ spec: RunSpec) throws { try Admission.check(spec, try world.registry.entry(spec.provider).descriptor) }

  /// Records a run.
  func take(_ request: RunRequest, uid: String) throws -> RunInHand {
    var chance = SystemRandomNumberGenerator()
    let seed = request.spec.seed ?? UInt32.random(in: 0 ... .max, using: &chance)
    var spec = request.spec
    spec.seed = seed
    let new = try store.create { id, folder in
      var record = newRecord(id: id, uid: uid, spec: spec, folder: folder, origin: request.origin)
      let environment = AgentJob.standardEnvironment(record: record, spec: spec, folder: folder, seed: seed)
      record.warnings = request.notes
      record.seedEnv = environment.filter { ["RUNPILOT_SEED", "PYTHONHASHSEED"].contains($0.key) }
      return (record, ["config.yaml": Data(try world.configurations.write(spec).utf8)])
    }
    if spec.rental.retries > 0 { secrets.keep(request.secrets, of: uid) }
    return RunInHand(new: new, spec: spec, secrets: request.secrets, seed: seed)
  }

  private func newRecord(id: RunID, uid: String, spec: RunSpec, folder: RunFolder, origin: RunOrigin?) -> RunRecord {
    var record = RunRecord(id: id, uid: uid, spec: spec, runDir: folder.path, createdAt: world.now())
    record.host = MachineFacts.host()
    record.user = MachineFacts.user(environment: world.environment)
    record.versions["runpilot"] = world.version
    record.origin = origin
    return record
  }

  /// Does what the state machine says until the agent has the run, or nobody wants it.
  private func launch(_ start: RunInHand, _ report: @escaping @Sendable (RunProgress) -> Void) async throws -> RunRecord {
    var run = start
    let legs: [Leg]
    do {
      legs = try await Itinerary(world: world, report: report).legs(of: &run) + fallbacks(of: run.spec).map { Leg($0) }
    } catch let error as ProviderError {
      throw try neverStarted(&run, error)
    }
    guard let start = legs.first else { return run.record }
    var machine = RunStateMachine(provider: start, fallback: Array(legs.dropFirst()))
    var action = machine.begin()
    while true {
      switch action {
      case .launch(let leg, _):
        if leg.provider != run.record.provider {
          let entry = try world.registry.entry(leg.provider)
          run.move(to: leg.provider, options: run.options(of: leg.provider), descriptor: entry.descriptor)
          report(RunProgress(phase: "trying \(leg.provider)", detail: run.refusals.last))
        }
        action = await attempt(leg, &run, &machine, report)
        if case .launch(let next, _) = action { run.noteRefusal(next: next.provider) }
      case .handOver: return run.record
      case .close(let error):
        // A request whose effect nobody knows may have made a machine that carries the run: its record stays open.
        if error.effect == .unknown, run.record.rental != nil { throw RunInDoubt(record: run.record, cause: error) }
        throw try neverStarted(&run, run.refusals.isEmpty ? error : error.after(run.refusals, at: run.record.provider))
      case .none: return run.record
      }
    }
  }

  func neverStarted(_ run: inout RunInHand, _ error: ProviderError) throws -> RunNeverStarted {
    run.record.close(.failed, .neverStarted, detail: error.message, at: world.now())
    try store.write(run.record, durable: true)
    return RunNeverStarted(record: run.record, cause: error)
  }

  private func attempt(
    _ leg: Leg, _ run: inout RunInHand, _ machine: inout RunStateMachine<Leg>, _ report: @escaping @Sendable (RunProgress) -> Void
  ) async
    -> RunStateMachine<Leg>.Action
  {
    do {
      let provider = try world.registry.provider(run.record.provider)
      if run.moved { try store.write(run.record) }
      if let renting = provider as? any RentingProvider {
        try await rentalLauncher(renting, run.record.provider, report).launch(&run, at: leg.places)
        try? await passOnWishes(of: run)
        return machine.launched()
      }
      let request = LaunchRequest(
        record: run.record, spec: run.spec, folder: run.folder, secrets: run.secrets, seed: run.seed, lock: run.lock)
      _ = try await provider.launch(request, token: LaunchToken(run.record.uid))
      return machine.launched()
    } catch let error as ProviderError {
      run.refusal = error.message
      return machine.refused(error)
    } catch {
      let hinted = error as? any Hinted
      run.refusal = hinted?.message ?? "\(error)"
      return machine.refused(ProviderError(.invalidRequest, hinted?.message ?? "\(error)", hints: hinted?.hints ?? []))
    }
  }

  func rentalLauncher(_ provider: any RentingProvider, _ id: ProviderID, _ report: @escaping @Sendable (RunProgress) -> Void) throws
    -> RentalLauncher
  {
    guard let rental = world.rental else { throw ProviderError(.invalidRequest, "nothing can be rented from here") }
    return RentalLauncher(world: world, rental: rental, provider: provider, settings: try world.registry.entry(id).settings, report: report)
  }

  /// What the words of `fallback:` mean here.
  private func fallbacks(of spec: RunSpec) throws -> [ProviderID] {
    // The other word concerns the places of one provider, not another one.
    try spec.fallback.filter { $0 != RunSpec.onDemandFallback }.map { word in
      if word == "local", let entry = world.registry.entry(defaultFor: .process) { return entry.settings.id }
      return try world.registry.entry(ProviderID(word)).settings.id
    }
  }
}

/// A run between its birth and the moment its agent has it.
struct RunInHand {
  var record: RunRecord
  var spec: RunSpec
  let folder: RunFolder
  let secrets: [String: Secret]
  let seed: UInt32
  let lock: FileLock
  /// Where it was to run first.
  private var firstProvider: ProviderID
  private var firstOptions: [String: JSONValue]
  private(set) var moved = false
  /// Why the last provider did not take it.
  var refusal: String?
  /// What all before it said.
  private(set) var refusals: [String] = []

  init(new: NewRun, spec: RunSpec, secrets: [String: Secret], seed: UInt32) {
    self.init(record: new.record, folder: new.folder, lock: new.lock, spec: spec, secrets: secrets, seed: seed)
  }

  init(record: RunRecord, folder: RunFolder, lock: FileLock, spec: RunSpec, secrets: [String: Secret], seed: UInt32) {
    self.record = record
    self.folder = folder
    self.lock = lock
    self.spec = spec
    self.secrets = secrets
    self.seed = seed
    (firstProvider, firstOptions) = (spec.provider, spec.providerOptions)
  }

  /// Settings of the run file for a provider.
  func options(of provider: ProviderID) -> [String: JSONValue] {
    provider == firstProvider ? firstOptions : spec.alternatives.first { $0.provider == provider }?.options ?? [:]
  }

  /// Why the run goes on to another provider: part of its record.
  mutating func noteRefusal(next: ProviderID) {
    let words = "\(record.provider) did not take it: \(refusal ?? "")"
    refusals.append(words)
    record.warnings.append("\(words); \(next) was asked next")
  }

  /// Goes to another provider, and says so in the record.
  mutating func move(to provider: ProviderID, options: [String: JSONValue], descriptor: ProviderDescriptor) {
    moved = true
    spec.provider = provider
    spec.providerOptions = options
    record.provider = provider
    record.rental = nil
    record.fellBackFrom = provider == firstProvider ? nil : firstProvider
    guard !descriptor.runsContainers else { return }
    // The record says what was used; what was asked for stands in config.yaml.
    (record.image, record.workdir) = (nil, nil)
    let (plain, warnings) = Admission.withoutContainer(spec)
    spec = plain
    record.warnings += warnings
  }
}

extension RunRecord {
  /// Brings a record to its end.
  mutating func close(_ status: RunStatus, _ reason: RunReason, detail: String?, at time: Date) {
    self.status = status
    self.reason = reason
    self.detail = detail
    finishedAt = time
    if let startedAt, durationSeconds == nil { durationSeconds = max(0, time.timeIntervalSince(startedAt)) }
  }
}

/// How a resolved configuration becomes the text of `config.yaml`, and back.
public struct ConfigurationText: Sendable {
  /// The text of a spec.
  public var write: @Sendable (RunSpec) throws -> String
  /// The spec of a text; the second argument is the file's path, for errors.
  public var read: @Sendable (String, String) throws -> RunSpec

  /// A pair of inverse functions.
  public init(write: @escaping @Sendable (RunSpec) throws -> String, read: @escaping @Sendable (String, String) throws -> RunSpec) {
    self.write = write
    self.read = read
  }
}

extension ProviderError {
  /// The last error of several providers, with what the others have said before it.
  fileprivate func after(_ refusals: [String], at last: ProviderID) -> ProviderError {
    ProviderError(
      code, (refusals + ["\(last) did not take it: \(message)"]).joined(separator: "; "), vendorCode: vendorCode, requestID: requestID,
      effect: effect, retryAfter: retryAfter, hints: hints)
  }
}
