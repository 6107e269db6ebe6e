import Basics
import Bundling
import ControlAPI
import Cryptography
import FoundationEssentials
import ProviderKit
import ResourceTracking
import RunAgent
import RunStore
import TrainingModel

/// Rents a machine for a run and leaves the run in its mailbox. Everything is written down before it is asked for.
///
/// What happens, in this order: who pays, and whether they may; where; the code, the agent and the job into the mailbox; the intent into the
/// ledger; the request; its answer into the ledger. A process killed between any two of these leaves nothing that the next one does not find.
struct RentalLauncher {
  let world: RunOrchestrator.World
  let rental: RentalWorld
  let provider: any RentingProvider
  let settings: ProviderSettings
  let report: @Sendable (RunProgress) -> Void

  /// Launches `run`; after an earlier attempt on the same kind of machine, with the same code and the same end.
  /// - Parameter places: only there; nil for anywhere.
  /// - Throws: ``ProviderError`` or another `ExitCoded` error when no machine was rented; with effect `unknown` when that is not certain.
  func launch(_ run: inout RunInHand, at places: Set<RentalPlace>? = nil, after sequel: Sequel? = nil) async throws {
    var batch = RentalBatch([run])
    defer { if let only = batch.runs.first { run = only } }
    try await launch(&batch, at: places, after: sequel)
  }

  /// Launches all runs of a batch in one request. They are alike but for their parameters.
  ///
  /// What could not be prepared is left out with all after it, and named in the batch.
  /// - Throws: as for one run; then none of them was launched.
  func launch(_ batch: inout RentalBatch, at places: Set<RentalPlace>? = nil, after sequel: Sequel? = nil) async throws {
    guard let spec = batch.runs.first?.spec else { return }
    let tracker = try rental.tracker(batch.words)
    let terms = try await settleTerms(spec, sequel)
    report(RunProgress(phase: "looking for a machine"))
    var need = RentalNeed(
      resources: spec.resources, spot: spec.rental.spot, options: spec.providerOptions, architectures: rental.architectures())
    need.nodes = spec.rental.nodes
    let offered = try await provider.candidates(for: need).filter {
      (sequel == nil || $0.place.machine == sequel?.previous.place.machine) && places?.contains($0.place) ?? true
    }
    let candidates = try CandidateChoice.allowed(offered, for: spec)
    let bundle: BundleReference
    if let known = sequel?.bundle { bundle = known } else { bundle = try await pack(spec, terms) }
    if sequel == nil { try await recordCode(&batch.runs) }
    var machine = FailoverMachine(candidates)
    do {
      try await rent(&batch, &machine, need, terms, bundle, tracker)
    } catch {
      await takeBack(machine.isInDoubt ? batch.leftOut : batch.runs + batch.leftOut, terms)
      throw machine.isInDoubt ? doubtful(error, machine) : error
    }
    await takeBack(batch.leftOut, terms)
  }

  /// Tries one place after the other, as the machine says.
  private func rent(
    _ batch: inout RentalBatch, _ machine: inout FailoverMachine, _ need: RentalNeed, _ terms: Terms, _ bundle: BundleReference,
    _ tracker: ResourceTracker
  ) async throws {
    var action = machine.begin()
    while true {
      switch action {
      case .attempt(let candidate):
        try await prepare(candidate, need, terms, bundle, &batch, tracker)
        action = try await send(&batch, &machine, tracker)
      case .resend(let number):
        guard let attempt = batch.attempts.first else { return }
        report(RunProgress(phase: "asking again", detail: "\(attempt.candidate.offer.machine), time \(number + 1)"))
        try await rental.sleep(.seconds(min(30, 1 << number)))
        action = try await send(&batch, &machine, tracker)
      case .done:
        for (run, attempt) in zip(batch.runs, batch.attempts) {
          if let machine = run.record.rental?.resource { await handOver(attempt.composed, to: machine) }
        }
        return
      case .close(let error, let inDoubt): throw closing(error, inDoubt: inDoubt, machine)
      }
    }
  }

  /// What holds for every place that is tried.
  struct Terms {
    var account: RentalAccount
    var owner: String
    var expiresAt: Date
    var door: MailboxDoor
    var installation: String
    var sequel: Sequel?
  }

  // MARK: before any money

  private func settleTerms(_ spec: RunSpec, _ sequel: Sequel?) async throws -> Terms {
    report(RunProgress(phase: "checking credentials"))
    let now = world.now()
    let account = try await provider.account()
    let expiry = sequel?.previous.expiresAt ?? RentalTerms.expiry(of: spec, from: now, queueSeconds: provider.bootForm.queueSeconds)
    let owner = try RentalTerms.owner(configured: try rental.configuredOwner(), account: account)
    // A run may bring its machine a role of its own, and then needs no session.
    var settings = settings
    settings.values.merge(spec.providerOptions) { _, own in own }
    let door = try await rental.mailbox(settings)
    try RentalTerms.check(
      account, until: expiry, now: now, access: door.address.credentials, at: settings.id, hasRoles: provider is any SetupPower)
    return Terms(account: account, owner: owner, expiresAt: expiry, door: door, installation: try world.installation(), sequel: sequel)
  }

  /// The run's code in the mailbox, unless it is there already.
  private func pack(_ spec: RunSpec, _ terms: Terms) async throws -> BundleReference {
    report(RunProgress(phase: "packing the code"))
    let bundler = rental.bundler
    let folder = spec.projectFolder
    let bundle = try await BackgroundThread.run { Result { try bundler.pack(try bundler.plan(folder)) } }.get()
    let key = layout(terms, run: "").bundle(sha256: bundle.sha256)
    try await uploadOnce(bundle.path, to: key, bytes: bundle.bytes, what: "the code", terms.door)
    return BundleReference(sha256: bundle.sha256, bytes: bundle.bytes)
  }

  /// What git says of the code goes into the records here: there it is only files. All have the same code.
  private func recordCode(_ runs: inout [RunInHand]) async throws {
    guard let first = runs.first else { return }
    let secrets = first.secrets.values.map { $0.withExposed { $0 } }
    let found = await CodeSnapshot.take(project: first.spec.projectFolder, environment: world.environment, secrets: secrets)
    for index in runs.indices {
      runs[index].record.git = found.state
      runs[index].record.warnings += found.warnings
      if let patch = found.patch { try Files.writeAtomically(patch, to: runs[index].folder.patch) }
    }
  }

  private func uploadOnce(_ path: String, to key: String, bytes: Int64, what: String, _ door: MailboxDoor) async throws {
    if let there = try await door.store.head(key), there.size == bytes { return }
    report(RunProgress(phase: "uploading \(what)", total: bytes))
    _ = try await door.store.upload(file: path, to: key)
  }

  private func layout(_ terms: Terms, run uid: String) -> MailboxLayout {
    MailboxLayout(prefix: terms.door.prefix, installation: terms.installation, runUID: uid, attempt: terms.sequel?.attempt ?? 1)
  }

  // MARK: one place

  /// Writes down what is to be asked for at a place, for each run of a batch.
  private func prepare(
    _ candidate: RentalCandidate, _ need: RentalNeed, _ terms: Terms, _ bundle: BundleReference, _ batch: inout RentalBatch,
    _ tracker: ResourceTracker
  ) async throws {
    batch.attempts = []
    let fresh = freshIntent()
    for index in batch.runs.indices {
      do {
        if batch.sweep != nil { try Task.checkCancellation() }
        let place = RentalBatch.Place(candidate: candidate, intent: batch.intent(index, fresh: fresh), share: batch.share(index))
        batch.attempts.append(try await prepare(place, need, terms, bundle, &batch.runs[index], tracker))
      } catch {
        guard index > 0, !(error is CancellationError) else {
          for attempt in batch.attempts { _ = try? tracker.void(attempt.row.intent, .neverSent) }
          throw error
        }
        return batch.leaveOut(from: index, because: error)
      }
    }
  }

  private func freshIntent() -> UUID {
    var chance = SystemRandomNumberGenerator()
    return UUID.v7(at: world.now(), using: &chance)
  }

  private func prepare(
    _ place: RentalBatch.Place, _ need: RentalNeed, _ terms: Terms, _ bundle: BundleReference, _ run: inout RunInHand,
    _ tracker: ResourceTracker
  ) async throws -> RentalBatch.Attempt {
    let candidate = place.candidate
    let offer = candidate.offer
    let price = offer.pricePerHour.map { "\($0.amount) \($0.currency)/h" } ?? "price unknown"
    let which = place.share == nil ? "" : "\(run.record.id), "
    report(RunProgress(phase: "renting", detail: "\(which)\(candidate.place.words), \(price)"))
    let row = self.row(place, terms, run)
    let order = self.order(candidate, row.intent, terms, bundle, run)
    run.record.rental = RentalFacts(
      intent: row.intent, place: candidate.place, hourly: offer.pricePerHour, expiresAt: terms.expiresAt, store: order.store,
      mailbox: order.mailbox, attempt: terms.sequel?.attempt ?? 1)
    run.record.rental?.logStart = terms.sequel?.logStart
    run.record.rental?.begunAt = terms.sequel.map { _ in world.now() }
    // A later attempt needs it: the code is the same then, whatever has become of the folder here.
    try Files.writeAtomically(try JSON.encode(order), to: run.folder.order)
    try await fillMailbox(order, candidate, terms, run)
    let script = try await bootScript(order, candidate, terms)
    var rentalOrder = RentalOrder(
      token: LaunchToken(row.token), tags: OwnershipTags.tags(of: row), bootScript: script, name: "runpilot-\(run.record.id)", need: need,
      maximumHourly: run.spec.rental.maxPrice)
    rentalOrder.lifetimeSeconds = order.lifetimeSeconds
    (rentalOrder.image, rentalOrder.mayRestart) = (run.spec.image, order.restart != nil)
    rentalOrder.sweep = place.share
    let composed = try await provider.compose(candidate, rentalOrder)
    try world.store.write(run.record, durable: true)
    try tracker.intend(row, request: composed.request) { try BudgetAccounts.admit(row, $0) }
    return RentalBatch.Attempt(candidate: candidate, row: row, composed: composed)
  }

  private func row(_ place: RentalBatch.Place, _ terms: Terms, _ run: RunInHand) -> LedgerRow {
    let (intent, candidate) = (place.intent, place.candidate)
    var row = LedgerRow(
      intent: intent, token: intent.rawValue, kind: "machine", place: candidate.place, owner: terms.owner,
      installation: terms.installation, meters: candidate.meters.map { $0.capped(at: run.spec.rental.maxPrice) }, createdAt: world.now())
    row.runUID = run.record.uid
    row.runID = run.record.id
    row.runName = run.record.name
    row.project = run.record.project
    row.tags = run.record.tags
    row.expiresAt = terms.expiresAt
    return row
  }

  private func order(_ candidate: RentalCandidate, _ intent: IntentID, _ terms: Terms, _ bundle: BundleReference, _ run: RunInHand)
    -> FarOrder
  {
    var order = FarOrder(store: terms.door.address, mailbox: layout(terms, run: run.record.uid), deadline: terms.expiresAt)
    if case .job(let folder, _) = provider.bootForm {
      order.folder = "\(folder)/\(intent)"
      order.lifetimeSeconds = RentalTerms.lifetime(of: run.spec, at: candidate.longestSeconds)
    }
    order.bundle = bundle
    order.idleSeconds = run.spec.rental.idleTimeoutSeconds
    order.machineEnd = provider.machineEnd
    if provider.bootForm.isContainer { (order.echoesOutput, order.sessionKey) = (true, order.mailbox.session) }
    order.interruption = candidate.place.market == .spot ? provider.interruptionNotice : nil
    if let wish = run.spec.rental.checkpoint {
      order.checkpoint = FarJob.checkpoint(wish, run.spec, order, provider.bootForm, rental, terms.sequel)
    }
    if let maximum = terms.sequel?.costLeft ?? run.spec.rental.maxCost, let hourly = candidate.offer.pricePerHour {
      let waits = provider.bootForm.queueSeconds > 0
      order.costLimit = CostLimit(hourly: hourly, maximum: maximum, since: waits ? nil : world.now())
    }
    order.restart = restart(of: run, attempt: terms.sequel?.attempt ?? 1)
    return order
  }

  /// What a scheduler may do by itself, and need not wait for a home to do. What only a home has or knows keeps it out of that: the values of
  /// secrets, which a machine reads once, and what the run has cost.
  private func restart(of run: RunInHand, attempt: Int) -> RestartOrder? {
    let (wishes, left) = (run.spec.rental, run.spec.rental.retries - Int64(attempt - 1))
    guard let counter = provider.restartCounter, left > 0, wishes.maxCost == nil, run.secrets.isEmpty else { return nil }
    return RestartOrder(most: left, counter: counter, resumeFlag: wishes.checkpoint?.resumeFlag)
  }

  /// What the agent finds when it opens its mailbox. Secrets last, and only where there are any.
  private func fillMailbox(_ order: FarOrder, _ candidate: RentalCandidate, _ terms: Terms, _ run: RunInHand) async throws {
    var job = try FarJob.make(record: run.record, spec: run.spec, seed: run.seed, order: order, form: provider.bootForm, world: rental)
    if run.spec.rental.nodes > 1 { job.command = provider.launcher + job.command }
    let mailbox = order.mailbox
    let store = terms.door.store
    let files: [(String, [UInt8])] = [
      (mailbox.config, Array(try Files.read(run.folder.config))), (mailbox.job, Array(try JSON.encode(job))),
      (mailbox.record, Array(try JSON.encode(run.record))),
    ]
    for (key, bytes) in files { _ = try await store.put(key, bytes, condition: .always) }
    // A further attempt goes on with the series of those before it.
    if terms.sequel != nil, let metrics = try? Files.read(run.folder.metrics) {
      _ = try await store.put(mailbox.metrics, Array(metrics), condition: .always)
    }
    guard !run.secrets.isEmpty else { return }
    let secrets = Array(try JSON.encode(run.secrets.mapValues { $0.withExposed { $0 } }, compact: true))
    _ = try await store.put(mailbox.environment, secrets, condition: .always)
  }

  /// The secrets of what is not started: nobody will ever come for them.
  private func takeBack(_ runs: [RunInHand], _ terms: Terms) async {
    let keys = runs.compactMap(\.record.rental?.mailbox).flatMap { [$0.environment, $0.session] }
    guard !keys.isEmpty else { return }
    let store = terms.door.store
    await uncancelled { _ = try? await store.delete(keys) }
  }

  private func bootScript(_ order: FarOrder, _ candidate: RentalCandidate, _ terms: Terms) async throws -> String {
    let path = try rental.farAgent(candidate.architecture)
    let digest = try await BackgroundThread.run { Result { try SHA256.hexDigest(ofFile: path) } }.get()
    let key = order.mailbox.agent(sha256: digest)
    try await uploadOnce(path, to: key, bytes: try Files.size(path), what: "the agent", terms.door)
    let session = try await terms.door.session?(order.mailbox, order.bundle, terms.expiresAt)
    if case .job(_, let queueSeconds) = provider.bootForm {
      let source: CommandScript.Source
      if let folder = order.store.folder {
        source = .file("\(folder)/\(key)")
      } else {
        // It may be long until its turn.
        let lifetime = min(7 * 86_400, 6 * 3_600 + queueSeconds)
        source = .address(try await terms.door.store.presignedGet(key, lifetime: .seconds(lifetime)))
      }
      return try CommandScript(order: order, agent: source, agentSHA256: digest, session: session).text()
    }
    let address = try await terms.door.store.presignedGet(key, lifetime: .seconds(6 * 3_600))
    guard case .container(let end) = provider.bootForm else {
      return try BootScript(order: order, agentAddress: address, agentSHA256: digest, session: session).text()
    }
    guard let session else { throw Self.needsSession(settings.id) }
    // What a container is started with can be read by everybody who may see it: the session is fetched from the mailbox, once.
    let text = try session.exposedText()
    _ = try await terms.door.store.put(order.mailbox.session, Array(text.utf8), condition: .always)
    let sessionAddress = try await terms.door.store.presignedGet(order.mailbox.session, lifetime: .seconds(6 * 3_600))
    return try ContainerBootScript(
      order: order, agentAddress: address, agentSHA256: digest, sessionAddress: sessionAddress, end: end
    ).text()
  }

  private static func needsSession(_ provider: ProviderID) -> RunRefused {
    RunRefused(
      message: "a machine of '\(provider)' opens its mailbox by a session, and the mailbox that is set makes none",
      hints: ["use a bucket: `mailbox = \"s3://BUCKET/PREFIX\"`"])
  }

  // MARK: the request

  private func send(_ batch: inout RentalBatch, _ machine: inout FailoverMachine, _ tracker: ResourceTracker) async throws
    -> FailoverMachine.Action
  {
    // What was confirmed, and could not be written into its record, is there: it is not asked for, only named again.
    for (run, attempt) in zip(batch.runs, batch.attempts) where run.record.rental?.resource == nil {
      try tracker.requested(attempt.row.intent)
    }
    do throws(ProviderError) {
      let made = try await ask(batch)
      for (index, attempt) in batch.attempts.enumerated() { try confirmed(made[index], attempt.row.intent, &batch.runs[index], tracker) }
      return machine.launched()
    } catch {
      // First of all: that there is a doubt must be known when it cannot be written down.
      let action = machine.failed(error)
      for attempt in batch.attempts { try note(error, attempt.row.intent, tracker) }
      return action
    }
  }

  /// Sends what stands in the ledger.
  /// - Returns: what was made, one for each run.
  private func ask(_ batch: RentalBatch) async throws(ProviderError) -> [Resource] {
    guard batch.sweep == nil, let run = batch.runs.first, let attempt = batch.attempts.first else {
      guard let provider = provider as? any SweepRenting else {
        throw ProviderError(.invalidRequest, "'\(settings.id)' takes no sweep in one request")
      }
      let made = try await provider.launch(sweep: batch.attempts.map(\.composed))
      guard made.count == batch.attempts.count else {
        throw ProviderError(.vendorFault, "\(made.count) answers for \(batch.attempts.count) runs", effect: .unknown)
      }
      return made
    }
    var request = LaunchRequest(
      record: run.record, spec: run.spec, folder: run.folder, secrets: [:], seed: run.seed, lock: run.lock)
    request.rental = attempt.composed
    return [try await provider.launch(request, token: attempt.composed.token)]
  }

  private func confirmed(_ resource: Resource, _ intent: IntentID, _ run: inout RunInHand, _ tracker: ResourceTracker) throws(ProviderError)
  {
    do {
      try tracker.confirmed(intent, resource.id, launchedAt: resource.launchedAt)
      run.record.rental?.resource = resource.id
      try world.store.write(run.record, durable: true)
    } catch {
      // It is there, and its tags lead back to the intent: the next command finds it.
      let hinted = error as? any Hinted
      throw ProviderError(
        .vendorFault, "\(resource.kind) \(resource.id) was rented, and could not be written down: \(hinted?.message ?? "\(error)")",
        effect: .unknown, hints: ["let it be found by its tags: `runpilot resources reconcile`"] + (hinted?.hints ?? []))
    }
  }

  /// How long a machine is waited for that is to be handed its script.
  private static let patience: TimeInterval = 15 * 60

  /// Where machines take no script when they are made: hands it over as soon as that is possible. Who follows the run tries again.
  private func handOver(_ launch: ComposedLaunch, to machine: ResourceID) async {
    guard let handed = provider as? any HandedBoot else { return }
    let giveUp = world.now().addingTimeInterval(Self.patience)
    while world.now() < giveUp, !Task.isCancelled {
      do throws(ProviderError) {
        if try await handed.handOver(launch, to: machine) { return }
        report(RunProgress(phase: "waiting for the machine", detail: "\(machine) is not reachable yet"))
      } catch {
        report(RunProgress(phase: "waiting for the machine", detail: error.message))
        guard error.code.isTransient else { return }
      }
      do { try await rental.sleep(.seconds(5)) } catch { return }
    }
  }

  /// What the answer proves goes into the ledger; what it does not prove stays open there.
  private func note(_ error: ProviderError, _ intent: IntentID, _ tracker: ResourceTracker) throws {
    let effect = MutationAttempt.Effect(rawValue: error.effect.rawValue) ?? .unknown
    try tracker.attempted(intent, MutationAttempt("launch", effect: effect, error: error.message, requestID: error.requestID))
    let mayTryAgain = error.code == .throttled || error.code == .unreachable
    guard error.effect == .none, !mayTryAgain else { return }
    // A refused signature says nothing about what an earlier request with that token did; a lack of capacity does.
    _ = try? tracker.void(intent, .refused(error: error.message, comparedToken: FailoverMachine.comparedToken(error.code)))
  }

  /// What comes in between while a request may have made something, be it a Ctrl-C or a full disk, settles nothing.
  private func doubtful(_ error: any Error, _ machine: FailoverMachine) -> any Error {
    if let told = error as? ProviderError, told.effect == .unknown { return error }
    let words = error is CancellationError ? "it was given up before the answer came" : (error as? any Hinted)?.message ?? "\(error)"
    return closing(ProviderError(.unreachable, words), inDoubt: true, machine)
  }

  private func closing(_ error: ProviderError, inDoubt: Bool, _ machine: FailoverMachine) -> ProviderError {
    let tried = machine.tried.map { $0.candidate.place.words }
    if inDoubt {
      return ProviderError(
        error.code, "nobody knows whether a machine was rented: \(error.message)", vendorCode: error.vendorCode, requestID: error.requestID,
        effect: .unknown,
        hints: ["see what there is, and settle it: `runpilot resources reconcile`", "then end what is there: `runpilot resources cleanup`"])
    }
    guard tried.count > 1 else { return error }
    return ProviderError(
      error.code, "none of \(tried.count) places had a machine (\(tried.joined(separator: ", "))): \(error.message)",
      vendorCode: error.vendorCode, requestID: error.requestID, effect: .none,
      hints: error.hints + ["allow other places or sizes under `provider_options:` and `resources:`"])
  }
}
