import Basics
import ControlAPI
import FoundationEssentials
import Glibc
import ProviderKit
import RunFollowing
import RunStore
import TrainingModel

extension RentedRun {
  /// Starts the run again if its machine was taken away and it asked for that.
  ///
  /// The caller holds the run's lock, so that of two followers one does it.
  /// - Returns: the run with its next attempt; nil when it is over.
  /// - Throws: ``RunInDoubt`` when nobody knows whether a machine was rented.
  func goOn(_ over: RunRecord, lock: FileLock, _ onEvent: @escaping @Sendable (FollowEvent) -> Void) async throws -> RunRecord? {
    let spec = try await orchestrator.specification(of: over.id)
    let left = facts.expiresAt.timeIntervalSince(world.now())
    let decision = SequelDecision.decide(
      over, wishes: spec.rental, machineIsGone: over.cleanup?.state == .done, spent: over.cost, secondsLeft: left)
    switch decision {
    case .over(nil): return nil
    case .over(let words?): return try closedAgain(over, because: words, onEvent)
    case .again: break
    }
    guard let secrets = secrets(of: over) else {
      let names = over.secrets.joined(separator: ", ")
      return try closedAgain(over, because: "its secrets are not known here: export \(names), then `runpilot attach \(over.id)`", onEvent)
    }
    let sequel = try await sequel(over, spec)
    let words = "attempt \(facts.attempt) was cut off; attempt \(sequel.attempt)"
    onEvent(.progress(RunProgress(phase: words, detail: sequel.checkpoint.map { "goes on from \($0)" } ?? "starts from the beginning")))
    try Files.remove(orchestrator.store.folder(over.id).command(.stop))
    try Files.remove(orchestrator.store.folder(over.id).mirror)
    var run = RunInHand(
      record: reopened(over, sequel), folder: orchestrator.store.folder(over.id), lock: lock, spec: spec, secrets: secrets,
      seed: spec.seed ?? 0)
    try world.store.write(run.record, durable: true)
    do {
      try await launch(&run, sequel, onEvent)
      try? await orchestrator.passOnWishes(of: run)
      return run.record
    } catch let error as ProviderError where error.effect == .unknown {
      throw RunInDoubt(record: run.record, cause: error)
    } catch is CancellationError {
      return try closedAgain(
        over, because: "whoever followed it left while a machine was looked for; `runpilot attach \(over.id)` goes on", onEvent)
    } catch {
      return try closedAgain(over, because: "it could not be started again: \((error as? any Hinted)?.message ?? "\(error)")", onEvent)
    }
  }

  /// Capacity comes and goes: the same kind of machine is asked for again for a while.
  private func launch(_ run: inout RunInHand, _ sequel: Sequel, _ onEvent: @escaping @Sendable (FollowEvent) -> Void) async throws {
    guard let provider = try world.registry.provider(run.record.provider) as? any RentingProvider else { return }
    let launcher = RentalLauncher(
      world: world, rental: rental, provider: provider, settings: try world.registry.entry(run.record.provider).settings,
      report: { onEvent(.progress($0)) })
    var wait: Int64 = 30
    while true {
      do {
        if Files.exists(run.folder.command(.stop)) { throw SequelStopped() }
        return try await launcher.launch(&run, after: sequel)
      } catch let error as ProviderError where error.code == .noCapacity && error.effect == .none && wait <= Self.longestWait {
        onEvent(.progress(RunProgress(phase: "waiting for a machine", detail: "\(error.message); asking again in \(wait) s")))
        try await rental.sleep(.seconds(wait))
        wait *= 2
      }
    }
  }

  /// The last wait for capacity; with those before it a quarter of an hour.
  private static let longestWait: Int64 = 480

  /// The record of an attempt that begins: what the last one said of its end is over.
  private func reopened(_ over: RunRecord, _ sequel: Sequel) -> RunRecord {
    var record = over
    (record.status, record.restarts) = (.pending, nil)
    (record.reason, record.detail, record.startFailure, record.exitCode, record.signal) = (nil, nil, nil, nil, nil)
    (record.startedAt, record.finishedAt, record.durationSeconds, record.cleanup) = (nil, nil, nil, nil)
    let machine = facts.resource.map { " on \($0)" } ?? ""
    let when = over.finishedAt.map { " at \(Timestamp.format($0))" } ?? ""
    let next = sequel.checkpoint.map { "goes on from \($0)" } ?? "started from the beginning"
    record.warnings.append("attempt \(facts.attempt)\(machine) was cut off\(when); attempt \(sequel.attempt) \(next)")
    return record
  }

  /// Leaves the run as its last attempt ended, and says why there is no other.
  private func closedAgain(_ over: RunRecord, because words: String, _ onEvent: @Sendable (FollowEvent) -> Void) throws -> RunRecord? {
    var record = over
    let detail = [over.detail, "not started again: \(words)"].compactMap(\.self).joined(separator: "; ")
    if !(over.detail ?? "").contains("not started again") { record.detail = detail }
    try world.store.write(record, durable: true)
    onEvent(.record(record))
    return nil
  }

  /// The values of the run's secrets, from this process's memory or its environment; nil when one is missing.
  private func secrets(of record: RunRecord) -> [String: Secret]? {
    if let known = orchestrator.secrets.of(record.uid) { return known }
    var found: [String: Secret] = [:]
    for name in record.secrets {
      guard let value = world.environment[name] else { return nil }
      found[name] = Secret(value)
    }
    return found
  }

  private func sequel(_ over: RunRecord, _ spec: RunSpec) async throws -> Sequel {
    let folder = orchestrator.store.folder(over.id)
    var sequel = Sequel(
      attempt: facts.attempt + over.restartCount + 1, previous: facts,
      logStart: Files.exists(folder.logs) ? try Files.size(folder.logs) : 0)
    sequel.bundle = (try? Files.read(folder.order)).flatMap { try? JSON.decode(FarOrder.self, from: $0) }?.bundle
    if let most = spec.rental.maxCost { sequel.costLeft = over.cost.map { Money(most.amount - $0.amount.amount, most.currency) } ?? most }
    if let wish = spec.rental.checkpoint { sequel.checkpoint = try await newestCheckpoint(in: wish.directory)?.name }
    return sequel
  }

  /// What the last attempt left to go on from.
  private func newestCheckpoint(in directory: String) async throws -> Checkpoint? {
    let store = try await rental.mailbox(try world.registry.entry(record.provider).settings).store
    let base = facts.mailbox.outputs + directory + "/"
    var files: [Checkpoint.File] = []
    var page: PageToken?
    repeat {
      let listing = try await store.list(prefix: base, after: nil, page: page)
      files += listing.objects.map {
        Checkpoint.File(path: String($0.key.dropFirst(base.count)), changedAt: $0.modifiedAt ?? Date(timeIntervalSince1970: 0))
      }
      page = listing.next
    } while page != nil
    guard let object = try await store.get(facts.mailbox.manifest, range: nil),
      let manifest = try? JSON.decode(MailboxManifest.self, from: Data(object.bytes))
    else { return Checkpoint.newest(of: files, whole: nil) }
    return Checkpoint.newest(of: files) { manifest.outputs[directory + "/" + $0] != nil }
  }
}

/// Ctrl-C came while a machine for the next attempt was looked for.
struct SequelStopped: Hinted {
  var message: String { "it was asked to stop" }
}
