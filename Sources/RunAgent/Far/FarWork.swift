import Basics
import Cryptography
import FoundationEssentials
import Glibc
import ProviderKit
import TrainingModel

/// One run on a machine far away, from the mailbox's first object to its last.
struct FarWork: Sendable {
  let setup: FarSetup
  private let lock: FileLock
  private let courier: Courier
  var order: FarOrder { setup.order }
  var folder: RunFolder { setup.order.runFolder }
  private var layout: MailboxLayout { setup.order.mailbox }
  /// From here on there is only time to tell how it ended.
  private var giveUp: Date { order.deadline.addingTimeInterval(-min(30, Double(order.savingSeconds) / 2)) }

  init(_ setup: FarSetup, lock: FileLock) {
    self.setup = setup
    self.lock = lock
    courier = Courier(
      store: setup.store, layout: setup.order.mailbox, folder: setup.order.runFolder, clock: setup.clock, pace: setup.pace, log: setup.log)
  }

  // MARK: what the home has left

  /// Brings the record, the configuration and the job into the folder, unless an earlier agent did.
  /// - Returns: false when that was not possible before the deadline.
  func fetchRun() async -> Bool {
    if Files.exists(folder.record) { return true }
    for (key, path) in [(layout.config, folder.config), (layout.job, folder.job), (layout.record, folder.record)] {
      let bytes = await persist("fetch \(key)") {
        guard let object = try await setup.store.get(key, range: nil) else { throw MissingObject(key: key) }
        return object.bytes
      }
      guard let bytes else { return false }
      do throws(SystemError) { try Files.writeAtomically(bytes, to: path) } catch {
        setup.log(error.message)
        return false
      }
    }
    return await fetchMetrics()
  }

  /// The series of the attempts before this one, which go on.
  private func fetchMetrics() async -> Bool {
    guard layout.attempt != nil else { return true }
    let fetched: Void? = await persist("fetch the metrics") {
      guard let object = try await setup.store.get(layout.metrics, range: nil) else { return }
      try Files.writeAtomically(object.bytes, to: folder.metrics)
    }
    return fetched != nil
  }

  /// The record of a run that ended elsewhere, or before this folder was emptied.
  func recordOfEarlierEnd() -> RunRecord? {
    guard !Files.exists(folder.agentFolder + "/begun"), let record = courier.record(), record.status.isTerminal else { return nil }
    return record
  }

  /// The secrets, which are gone from the mailbox when they were read.
  private func fetchSecrets(_ names: [String]) async throws(StartFailure) -> [String: String] {
    guard !names.isEmpty else { return [:] }
    let answer = await persist("fetch the secrets") { try await setup.store.get(layout.environment, range: nil).map(\.bytes) }
    guard let answer else { throw StartFailure(.unavailable, "the secrets could not be fetched before the deadline") }
    guard let bytes = answer, let values = try? JSON.decode([String: String].self, from: Data(bytes)) else {
      throw StartFailure(.notAllowed, "the secrets are not in the mailbox: they can be read once, and were", hints: ["start the run again"])
    }
    _ = await persist("delete the secrets") { try await setup.store.delete([layout.environment]) }
    return values
  }

  /// Takes away what opened the mailbox, so that nobody who comes later runs the job again.
  private func closeDoor() async throws(StartFailure) {
    guard let key = order.sessionKey else { return }
    guard await persist("take away the session", { try await setup.store.delete([key]) }) != nil else {
      throw StartFailure(.unavailable, "what opens the mailbox could not be taken away before the deadline")
    }
  }

  /// The code, checked and unpacked.
  private func fetchBundle(_ bundle: BundleReference) async throws(StartFailure) {
    let progress = ProgressWriter(path: folder.progress, clock: setup.clock)
    progress.report(RunProgress(phase: "fetching the code", total: bundle.bytes))
    let archive = order.folder + "/\(layout.runUID)/bundle.tar.gz"
    defer { unlink(archive) }
    for _ in 0..<3 {
      let fetched = await persist("fetch the code") { try await setup.store.download(layout.bundle(sha256: bundle.sha256), to: archive) }
      guard fetched != nil else { throw StartFailure(.unavailable, "the code could not be fetched before the deadline") }
      guard (try? SHA256.hexDigest(ofFile: archive)) == bundle.sha256 else {
        setup.log("the code that came is not what was sent")
        continue
      }
      let (unpack, target) = (setup.unpack, order.projectFolder)
      let failure =
        (try? await BackgroundThread.run { () -> String in
          do {
            try unpack(archive, target)
            return ""
          } catch {
            return (error as? any Hinted)?.message ?? "\(error)"
          }
        }) ?? "there is no thread to be had"
      if !failure.isEmpty { throw StartFailure(.unavailable, "the code could not be unpacked: \(failure)") }
      return
    }
    throw StartFailure(.unavailable, "the code in the mailbox is not what was sent there: its digest is another")
  }

  /// The folder for checkpoints, with the one that the job goes on from.
  private func place(_ checkpoint: CheckpointOrder) async throws {
    let place = CheckpointPlace(checkpoint: checkpoint, order: order, store: setup.store)
    try place.prepare()
    if let source = checkpoint.source {
      ProgressWriter(path: folder.progress, clock: setup.clock).report(RunProgress(phase: "fetching the checkpoint", detail: source.name))
    }
    guard await persist("fetch the checkpoint", { try await place.fetch() }) != nil else {
      throw StartFailure(.unavailable, "the checkpoint to go on from could not be fetched before the deadline")
    }
  }

  // MARK: the run

  /// Runs the job with couriers at work, and delivers everything; the record's last state last.
  func carry() async -> RunRecord? {
    let beginning = Beginning.decide(
      hasBegun: Files.exists(folder.agentFolder + "/begun"), record: courier.record(), restart: order.restart,
      counted: order.restart.flatMap { setup.environment[$0.counter] })
    try? Files.writeAtomically([UInt8](), to: folder.agentFolder + "/begun")
    var sent: Int64 = 0
    if beginning != .first {
      guard let before = await persist("look for the log", { try await courier.sentBefore() }) else { return nil }
      sent = before
    }
    let outputs = OutputCourier(courier, checkpoint: order.checkpoint)
    async let logLane: Void = courier.carryLog(from: sent)
    async let deskLane: Void = courier.carryDesk()
    async let saving: Void = outputs.carry()
    let record = await carryOut(beginning)
    courier.closeLog(giveUp: order.deadline)
    await saving
    if record?.status.isTerminal ?? true {
      let (files, missing) = await outputs.sendAll(giveUp: giveUp)
      await logLane
      await deliver(files, missing)
    } else {
      // Whatever does not come that far is here at the next start.
      // A record that could not be opened again, for the disk is full, still says that the run is over.
      if courier.record()?.status.isTerminal == false { try? await courier.send(folder.record, to: layout.record) }
      await logLane
      _ = await outputs.sendAll(giveUp: giveUp)
    }
    courier.closeDesk()
    await deskLane
    return record
  }

  private func carryOut(_ beginning: Beginning) async -> RunRecord? {
    switch beginning {
    case .first: return await work()
    case .again(let restart):
      let fetched: Void? = await persist("fetch the job") {
        guard let object = try await setup.store.get(layout.job, range: nil) else { throw MissingObject(key: layout.job) }
        try Files.writeAtomically(object.bytes, to: folder.job)
      }
      return fetched == nil ? closed(.lost("its job could not be fetched again before the deadline"), cause: nil) : await work(restart)
    case .tooOften(let words): return closed(.lost(words), cause: .interrupted(words))
    case .lost, .over: return closed(.lost("the machine was started anew, or the agent on it died, while the job ran"), cause: nil)
    }
  }

  /// - Parameter restart: how often its scheduler has started the job again.
  private func work(_ restart: Int64 = 0) async -> RunRecord? {
    guard var record = courier.record(), var job = (try? Files.read(folder.job)).flatMap({ try? JSON.decode(AgentJob.self, from: $0) })
    else {
      setup.log("what the home has left is no run")
      return nil
    }
    if restart > 0 { goOn(&job, &record, restart) }
    let keeper = RecordKeeper(record, folder: folder)
    do {
      try keeper.write { $0.status = .pending }
      try await closeDoor()
      if !isPrepared {
        if restart > 0 { try clearUnprepared() }
        if let bundle = order.bundle { try await fetchBundle(bundle) }
        if let checkpoint = order.checkpoint { try await place(checkpoint) }
        notePrepared()
      }
      let secrets = try await fetchSecrets(job.secretNames)
      let latest = order.deadline.addingTimeInterval(-Double(order.savingSeconds + job.stopGraceSeconds))
      job.deadline = min(job.deadline ?? latest, latest)
      try Files.writeAtomically(try JSON.encode(job), to: folder.job)
      let record = try await Agent.run(agentSetup(secrets))
      return order.restart != nil && record.reason == .interrupted ? leaveOpen(record) : record
    } catch {
      return close(keeper, error)
    }
  }

  private func agentSetup(_ secrets: [String: String]) -> AgentSetup {
    var agent = AgentSetup(
      folder: folder, lock: lock, secrets: secrets, environment: setup.environment, signals: setup.signals, executors: setup.executors,
      clock: setup.clock, version: setup.version, log: setup.log)
    agent.interruption = setup.interruption
    agent.machineSampler = setup.machineSampler
    agent.idleLimit = order.idleSeconds.map { .seconds($0) }
    agent.budgetEnd = order.costLimit?.end
    if order.echoesOutput == true { agent.echo = STDOUT_FILENO }
    if order.restart != nil { agent.signalsInterrupt = RestartOrder.cutOff }
    return agent
  }

  private func close(_ keeper: RecordKeeper, _ error: any Error) -> RunRecord {
    let failure = error as? StartFailure ?? StartFailure(.unavailable, (error as? any Hinted)?.message ?? "\(error)")
    setup.log("the job was not started: \(failure.message)")
    try? keeper.write { $0.close(RunClosing(end: .neverStarted(failure), cause: nil, loss: nil), at: setup.clock.now, duration: nil) }
    return keeper.record
  }

  /// The record of a run whose job an earlier agent has carried: as that one closed it, else with this end.
  private func closed(_ end: JobEnd, cause: AgentStateMachine.Cause?) -> RunRecord? {
    guard let record = courier.record() else { return nil }
    guard !record.status.isTerminal else { return record }
    let keeper = RecordKeeper(record, folder: folder)
    try? keeper.write { $0.close(RunClosing(end: end, cause: cause, loss: nil), at: setup.clock.now, duration: nil) }
    return keeper.record
  }

  // MARK: the end

  /// What the log and the outputs come to, then the small files, then the record.
  private func deliver(_ outputs: [String: MailboxManifest.File], _ missing: [String]) async {
    let bytes = (try? Files.size(folder.logs)) ?? 0
    let digest = (try? SHA256.hexDigest(ofFile: folder.logs)) ?? SHA256.hexDigest(of: [])
    let manifest = MailboxManifest(log: MailboxManifest.File(bytes: bytes, sha256: digest), outputs: outputs, missing: missing)
    _ = await persist("write the manifest", until: order.deadline) {
      _ = try await setup.store.put(layout.manifest, Array(try JSON.encode(manifest)), condition: .always)
    }
    for (path, key) in [(folder.metrics, layout.metrics), (folder.patch, layout.base + "code.patch"), (folder.agentLog, layout.agentLog)] {
      _ = await persist("send \(Paths.name(of: path))", until: order.deadline) { try await courier.send(path, to: key) }
    }
    _ = await persist("send the record", until: order.deadline) { try await courier.send(folder.record, to: layout.record) }
  }

  /// Tries until it succeeds, or the time is over.
  private func persist<Result: Sendable>(_ what: String, until end: Date? = nil, _ body: @Sendable () async throws -> Result) async
    -> Result?
  {
    var patience = Patience(cap: setup.pace.longestWait)
    let end = end ?? giveUp
    while !Task.isCancelled, setup.clock.now < end {
      do { return try await body() } catch {
        setup.log("could not \(what): \((error as? any Hinted)?.message ?? (error as? CourierFailure)?.message ?? "\(error)")")
      }
      patience.wait(from: setup.clock.elapsed, chance: .random(in: 0..<1))
      while !patience.isOver(at: setup.clock.elapsed), setup.clock.now < end, !Task.isCancelled {
        try? await Task.sleep(for: setup.pace.look)
      }
    }
    return nil
  }
}

/// An object that the home should have left.
private struct MissingObject: Hinted {
  let key: String
  var message: String { "there is no \(key) in the store" }
}
