import Basics
import ControlAPI
import FoundationEssentials
import Glibc
import ProviderKit
import ResourceTracking
import RunFollowing
import RunStore
import TrainingModel

/// How a run ended of which its agent said nothing.
struct RunEnd: Sendable, Equatable {
  var status = RunStatus.failed
  var reason: RunReason
  var words: String

  init(_ reason: RunReason, _ words: String) {
    self.reason = reason
    self.words = words
  }
}

extension RentedRun {
  /// Between two looks at a machine that waits for its turn.
  private static let lookAtQueue: Duration = .seconds(5)

  /// Looks at the machine until it is gone, or has been silent for longer than it may take to start.
  func watchMachine(_ mirror: MailboxMirror, _ onEvent: @escaping @Sendable (FollowEvent) -> Void) async throws -> RunEnd {
    let provider = try world.registry.provider(record.provider)
    let mayWait = (provider as? any RentingProvider).map { $0.bootForm.queueSeconds > 0 } ?? false
    var startsAt = facts.begunAt ?? record.createdAt
    var goneAt: Date?
    while true {
      try await rental.sleep(mayWait && hearsNothing(mirror) ? Self.lookAtQueue : Self.look)
      let seen = await stopWhenSpent(mirror)
      let isSilent = hearsNothing(mirror)
      if isSilent { await handOver(provider) } else { startsAt = world.now() }
      if isSilent, mayWait, let id = facts.resource {
        let state = try? await provider.status(of: id)
        // While nobody says that its turn has come its time does not run: a cluster out of reach for an hour is no reason to give a place up.
        if state == nil || state == .starting { startsAt = world.now() }
        if state == .starting { onEvent(.progress(RunProgress(phase: "waiting for its turn", detail: seen?.stateReason))) }
      }
      if isSilent, world.now().timeIntervalSince(startsAt) > Self.startUp + 600 {
        return RunEnd(.lost, "no word came from its machine in the time that it may take to start")
      }
      guard let id = facts.resource, await looks(provider), let state = try? await provider.status(of: id), state == .gone else {
        goneAt = nil
        continue
      }
      if isSilent, await wasAskedToStop() {
        var end = RunEnd(.stopped, "it was stopped before its turn came")
        end.status = .cancelled
        return end
      }
      // A machine that is over leaves its last words first: they may still be on their way home.
      let now = world.now()
      if let goneAt, now.timeIntervalSince(goneAt) > (mayWait ? 20 : 60) { return await end(of: id, provider) }
      goneAt = goneAt ?? now
    }
  }

  /// Whether there is no agent to be heard: none has begun, or the last one was cut off and may be started again.
  private func hearsNothing(_ mirror: MailboxMirror) -> Bool {
    guard let last = mirror.lastHeartbeat else { return true }
    guard mayRestart else { return false }
    let waits = (try? orchestrator.store.record(record.id))?.status == .pending
    return last.age > (waits ? .seconds(60) : Heartbeat.lostAfter)
  }

  /// Hands the machine its script, where it takes none when it is made, and whoever rented it may have gone before it did.
  private func handOver(_ provider: any TrainingProvider) async {
    guard let handed = provider as? any HandedBoot, let machine = facts.resource,
      let request = try? rental.tracker("follower of \(record.id)").request(of: facts.intent)
    else { return }
    _ = try? await handed.handOver(
      ComposedLaunch(token: LaunchToken(facts.intent.rawValue), place: facts.place, request: request), to: machine)
  }

  /// How a machine ended that left no end of its run behind: as its provider tells, where that remembers.
  private func end(of machine: ResourceID, _ provider: any TrainingProvider) async -> RunEnd {
    let words = "its machine \(machine) is gone, and left no end of the run behind"
    guard let told = try? await (provider as? any EndHistory)?.end(of: machine) else { return RunEnd(.lost, words) }
    var end = RunEnd(told.reason ?? .lost, "\(words): \(told.words)")
    if (try? orchestrator.store.record(record.id))?.detail == RestartOrder.cutOff {
      // The agent has done its part: in the scheduler's eyes such a job has even succeeded.
      end = RunEnd(told.reason ?? .interrupted, "its scheduler has cut it off, and did not start it again: \(told.words)")
    }
    if told.reason == .stopped { end.status = .cancelled }
    return end
  }

  private func wasAskedToStop() async -> Bool {
    guard let settings = try? world.registry.entry(record.provider).settings, let store = try? await rental.mailbox(settings).store else {
      return false
    }
    for command in [AgentCommand.stop, .kill] {
      if (try? await store.head(facts.mailbox.command(command))) != nil { return true }
    }
    return false
  }

  /// A job that ended because others needed its place, or at a limit of its provider, ends as that says: the signals of a scheduler reach job and
  /// agent at once, and what the job made of them is not the story.
  func explainEnd(_ record: inout RunRecord) async {
    let isSuspect = record.reason == .stopped || record.status == .failed && (record.reason == .exited || record.reason == .signalled)
    guard isSuspect, let machine = facts.resource,
      let provider = try? world.registry.provider(record.provider) as? any EndHistory, !(await wasAskedToStop()),
      let told = try? await provider.end(of: machine)
    else { return }
    // That it was cancelled may have been our own doing, after its end; not when the job had been told to stop before.
    if told.reason == .stopped {
      guard record.reason == .stopped || record.signal == SIGTERM else { return }
      return (record.status, record.reason, record.detail) = (.cancelled, .stopped, told.words)
    }
    guard let reason = told.reason else { return }
    (record.status, record.reason, record.detail) = (.failed, reason, told.words)
  }

  /// A scheduler's job is over a moment after its agent's last word: it is left to end by itself, and cancelled when it does not.
  func letEnd() async {
    guard let provider = try? world.registry.provider(record.provider) as? any RentingProvider, provider.bootForm.queueSeconds > 0,
      let machine = facts.resource
    else { return }
    for _ in 0..<Self.looksAtEnd where (try? await provider.status(of: machine)) != .gone {
      do { try await rental.sleep(.milliseconds(500)) } catch { return }
    }
  }

  /// Ten seconds.
  private static let looksAtEnd = 20

  /// Takes what still waits for its turn away: nobody is there who could be asked to stop. The run is over then.
  func endWhileItWaits() async {
    let words = "stop \(record.id)"
    guard let provider = try? world.registry.provider(record.provider) as? any RentingProvider, provider.bootForm.queueSeconds > 0,
      let id = facts.resource, (try? await provider.status(of: id)) == .starting,
      let driver = try? ResourceDriver(orchestrator: orchestrator, rental: rental, by: words)
    else { return }
    guard await driver.end(run: record).state == .done else { return }
    try? await closeUnlessFollowed(Self.takenAway(id, by: words))
  }

  /// Closes a run that never began, unless somebody has it in hand who will do so.
  private func closeUnlessFollowed(_ end: RunEnd) async throws {
    let folder = orchestrator.store.folder(record.id)
    let mirror = try await mirror()
    guard !FileLock.isHeld(folder.mirrorLock), !orchestrator.store.isHeld(record.id) else { return }
    // One that began at the last moment is ended by its agent, whose word is on its way.
    _ = try await mirror.lookAtHeartbeat()
    guard hearsNothing(mirror) else { return }
    _ = try await concluded(try await close(mirror, end)) { _ in }
  }

  /// Asks the job to end when a budget that it counts against is spent. The agent knows the run's own `max_cost`; other budgets are known here.
  /// - Returns: the machine as its provider showed it, when it was asked.
  @discardableResult
  func stopWhenSpent(_ mirror: MailboxMirror) async -> Resource? {
    let seen = await noteThatItRuns(isSilent: hearsNothing(mirror))
    guard spent.words == nil, let ledger = try? rental.tracker("follower of \(record.id)"), let row = try? ledger.row(facts.intent),
      let budget = try? BudgetAccounts.spent(by: row, ledger, now: world.now()), (try? await mirror.ask(.stop)) != nil
    else { return seen }
    spent.words = "the budget '\(budget.budget.name)' of \(budget.budget.limit) is spent"
    return seen
  }

  /// Has the provider say once, while the machine is there, since when it runs: what it costs is observed then, and not estimated afterwards. The
  /// same each time that its scheduler puts it back and starts it again.
  ///
  /// It may wait for days, and some listings are long: that its turn has come shows when it is asked for by itself.
  private func noteThatItRuns(isSilent: Bool) async -> Resource? {
    guard let driver = try? ResourceDriver(orchestrator: orchestrator, rental: rental, by: "follower of \(record.id)"),
      let row = try? driver.tracker.row(facts.intent),
      row.state == .requested || row.state == .observed || mayRestart && (row.state == .stopped || row.state == .ready && isSilent),
      let provider = try? world.registry.provider(record.provider) as? any RentingProvider
    else { return nil }
    if let last = lastLook.waiting(world.now()), (try? await provider.status(of: last.id)) == .starting { return last }
    let look = try? await driver.look(.run(uid: record.uid), at: provider, record.provider) { $0.runUID == record.uid }
    let seen = look?.0.resources.first { $0.id == facts.resource }
    lastLook.note(seen, at: world.now())
    return seen
  }

  /// Closes a run whose end nobody told.
  func close(_ mirror: MailboxMirror, _ end: RunEnd) async throws -> RunRecord {
    let end = try takenAway() ?? end
    return try await withVendorsLog(try await mirror.close { $0.close(end.status, end.reason, detail: end.words, at: world.now()) })
  }

  /// Who ended the machine while its run was alive; nil when nobody did: its follower does so only afterwards.
  private func takenAway() throws -> RunEnd? {
    let events = try rental.tracker("follower of \(record.id)").events(of: facts.intent)
    let end = events.last { event in
      if case .deleting = event.change { true } else { false }
    }
    return end.map { Self.takenAway(facts.resource, by: $0.by) }
  }

  /// The end of a run whose machine somebody ended.
  static func takenAway(_ machine: ResourceID?, by: String) -> RunEnd {
    var end = RunEnd(.stopped, "its machine \(machine?.rawValue ?? "") was ended by `runpilot \(by)`")
    end.status = .cancelled
    return end
  }

  /// Takes the vendor's own log of the machine, as long as it is there, when nothing came by the mailbox.
  private func withVendorsLog(_ over: RunRecord) async throws -> RunRecord {
    let log = orchestrator.store.folder(over.id).logs
    guard over.reason == .lost, (try? Files.size(log)) ?? 0 == 0, let machine = facts.resource,
      let provider = try world.registry.provider(over.provider) as? any MachineLogs,
      let bytes = try? await provider.output(of: machine), !bytes.isEmpty
    else { return over }
    var record = over
    try Files.writeAtomically(bytes, to: log)
    record.warnings.append("the log is what \(over.provider) has kept of the machine's output: nothing of it came by the mailbox")
    try orchestrator.store.write(record, durable: true)
    return record
  }
}
