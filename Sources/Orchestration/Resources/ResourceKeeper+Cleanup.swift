import Basics
public import ControlAPI
import Cryptography
import FoundationEssentials
import ProviderKit
import ResourceTracking
import RunFollowing
import RunStore
import SafeCleanup
import TrainingModel

extension ResourceKeeper {
  /// What a clean-up would destroy. Sends nothing that changes anything.
  public func plan(_ request: CleanupRequest) async throws -> CleanupPreview {
    let tracker = try rental.tracker("resources cleanup")
    var finding = try await survey(tracker).look(.managed)
    finding.doubtful.formUnion(try await listen(tracker, butNotTo: finding.doubtful))
    var items: [CleanupPreview.Item] = []
    var skipped: [CleanupPreview.Skipped] = []
    let rows = request.references.isEmpty ? try tracker.rows() : try request.references.map { try row($0, tracker) }
    // What its provider has called gone, and does not show alive, needs no end.
    for view in try views(rows, tracker, doubtful: finding.doubtful)
    where view.row.resource != nil && !view.row.state.isOver && view.row.goneSaidAt == nil {
      guard let reason = reason(view, request, finding) else { continue }
      let id = view.row.resource?.rawValue ?? ""
      // A plan is a forecast of what was seen when it was asked, however long the listening took since. Destroying looks again.
      switch verdict(view.row, request, finding, tracker, at: finding.askedAt[view.row.place.provider]) {
      case nil: items.append(.init(resource: view, reason: reason))
      case let words?: skipped.append(.init(id: id, reason: words))
      }
    }
    let ours = try tracker.rows().filter { $0.resource != nil }.count
    let serial = try tracker.serial()
    return CleanupPreview(
      items: items, skipped: skipped, phrase: phrase(items, of: ours), digest: Self.digest(items, serial), serial: serial,
      gaps: finding.gaps)
  }

  /// Why a resource would go; nil when nobody asks for it to go.
  private func reason(_ view: ResourceView, _ request: CleanupRequest, _ finding: ResourceSurvey.Finding) -> String? {
    if let orphan = view.orphan { return orphan }
    return request.references.isEmpty ? nil : "it was named"
  }

  /// Why it may not be destroyed; nil when it may. The permit of this review is let go: destroying asks again.
  private func verdict(
    _ row: LedgerRow, _ request: CleanupRequest, _ finding: ResourceSurvey.Finding, _ tracker: ResourceTracker, at moment: Date? = nil
  ) -> String? {
    guard let id = row.resource, let live = finding.live[id] else {
      return finding.complete.contains(row.place.provider)
        ? "the provider does not list it, and has not said that it is gone" : "its provider did not answer in full"
    }
    do {
      _ = try CleanupSafety.review(try facts(live, row, finding, tracker), policy: policy(request), now: moment ?? world.now())
      return nil
    } catch let refusal as CleanupRefusal {
      return refusal.explanation
    } catch {
      return (error as? any Hinted)?.message ?? "\(error)"
    }
  }

  private func facts(_ live: Resource, _ row: LedgerRow, _ finding: ResourceSurvey.Finding, _ tracker: ResourceTracker) throws
    -> CleanupFacts
  {
    CleanupFacts(
      resource: live, listingComplete: finding.complete.contains(row.place.provider),
      gatheredAt: finding.askedAt[row.place.provider] ?? .distantPast, installation: try world.installation(),
      runIsAlive: isAlive(row, finding),
      runHasEnded: hasEnded(row),
      ledger: .init(row), dataAtRisk: try dataAtRisk(row) + RentedDisk.dataAtRisk(live, tracker, orchestrator.store))
  }

  /// A job that is alive is asked to end and may save what it has before its machine is taken away. Nothing of it stops the clean-up.
  private func letSave(_ row: LedgerRow, _ doubtful: Set<String>) async {
    var finding = ResourceSurvey.Finding()
    finding.doubtful = doubtful
    guard row.kind == "machine", isAlive(row, finding), let id = row.runID, let rented = try? orchestrator.rented(id) else { return }
    let grace = (try? await orchestrator.specification(of: id).stopGraceSeconds) ?? 30
    _ = try? await rented.mirror().letEnd(within: .seconds(grace + 60), sleep: rental.sleep)
  }

  /// A run whose machine a person takes away is over, though nobody follows it. What its mailbox has comes home first; what it says of the
  /// run's end counts more than this.
  private func closeRun(of row: LedgerRow, because ending: ResourceDriver.Ending) async {
    guard row.kind == "machine", isUnderWay(row), let id = row.runID, let rented = try? orchestrator.rented(id),
      rented.facts.intent == row.intent
    else { return }
    // Whoever follows it closes it, and says the same.
    guard !FileLock.isHeld(orchestrator.store.folder(id).mirrorLock) else { return }
    let end = RentedRun.takenAway(row.resource, by: "resources cleanup")
    let now = world.now()
    func close(_ record: inout RunRecord) {
      record.close(end.status, end.reason, detail: end.words, at: now)
      record.cleanup = CleanupOutcome(ending == .gone ? .done : .pending, detail: ending == .gone ? nil : "the machine is on its way out")
    }
    if (try? await rented.mirror().close(close)) != nil { return }
    // A mailbox that does not answer is no reason to call the run alive.
    guard let lock = try? orchestrator.store.tryLock(id), var record = try? orchestrator.store.record(id), !record.status.isTerminal else {
      return
    }
    defer { withExtendedLifetime(lock) {} }
    close(&record)
    try? orchestrator.store.write(record, durable: true)
  }

  private func policy(_ request: CleanupRequest) -> CleanupPolicy {
    CleanupPolicy(
      force: request.force, overrideProtection: Set(request.overrideProtection.map { ResourceID($0) }), includeData: request.includeData)
  }

  /// Whether the run of a row is known to be over.
  private func hasEnded(_ row: LedgerRow) -> Bool {
    guard let id = row.runID, let run = try? orchestrator.store.record(id), run.uid == row.runUID else { return false }
    return run.status.isTerminal
  }

  /// What nobody has brought home: a run that was lost may have left outputs on its disk.
  private func dataAtRisk(_ row: LedgerRow) -> [String] {
    guard let id = row.runID, let run = try? orchestrator.store.record(id), run.uid == row.runUID, run.reason == .lost,
      let spec = try? orchestrator.world.configurations.read(
        (try? Files.readText(orchestrator.store.folder(id).config)) ?? "", orchestrator.store.folder(id).config), !spec.outputs.isEmpty
    else { return [] }
    return ["outputs of \(id), which was lost before they came home"]
  }

  private func phrase(_ items: [CleanupPreview.Item], of ours: Int) -> String? {
    guard BlastRadius.isLarge(items.count, of: ours) else { return nil }
    return BlastRadius.phrase(items.count, at: items.map(\.resource.row.place))
  }

  private static func digest(_ items: [CleanupPreview.Item], _ serial: Int64) -> String {
    let lines = items.map { item in
      let row = item.resource.row
      return [row.place.provider.rawValue, row.place.account, row.resource?.rawValue ?? "", row.state.rawValue, row.intent.rawValue].joined(
        separator: "\u{1F}")
    }
    return SHA256.hexDigest(of: Array(lines.sorted().joined(separator: "\n").utf8))
  }

  /// Destroys what a plan holds, each after another look.
  public func destroy(_ preview: CleanupPreview, _ request: CleanupRequest) async throws -> CleanupReport {
    guard Self.digest(preview.items, preview.serial) == preview.digest else {
      throw RunRefused(
        message: "the plan was changed after it was made", hints: ["make a new one: `runpilot resources cleanup --plan-out plan.json`"])
    }
    if let phrase = preview.phrase, !request.isReviewed, request.phrase != phrase {
      throw RunRefused(message: "so much at once needs the words \"\(phrase)\"", hints: ["or a plan that was looked at: `--plan-out`"])
    }
    let tracker = try rental.tracker("resources cleanup")
    // What has drifted since the plan was made shows in the rows.
    _ = try await survey(tracker).look(.managed)
    let driver = try ResourceDriver(orchestrator: orchestrator, rental: rental, by: "resources cleanup")
    var report = CleanupReport()
    for item in preview.items { await destroy(item, request, tracker, driver, &report) }
    return report
  }

  private func destroy(
    _ item: CleanupPreview.Item, _ request: CleanupRequest, _ tracker: ResourceTracker, _ driver: ResourceDriver,
    _ report: inout CleanupReport
  ) async {
    let name = item.resource.row.resource?.rawValue ?? item.resource.row.intent.rawValue
    do {
      guard let row = try tracker.row(item.resource.row.intent) else { throw LedgerError.unknown(reference: name) }
      guard row.state == item.resource.row.state || row.state == .deleting else {
        report.skipped.append(
          .init(id: name, reason: "it was \(item.resource.row.state.rawValue) when the plan was made, and is \(row.state.rawValue) now"))
        return
      }
      let doubtful = await listen(to: [row], tracker)
      await letSave(try tracker.row(row.intent) ?? row, doubtful)
      // Seconds have passed with the ones before: protections are looked at again at the very moment.
      guard let provider = try world.registry.provider(row.place.provider) as? any RentingProvider else { return }
      let id = row.place.provider
      let scope = row.runUID.map { ListingScope.run(uid: $0) } ?? .managed
      var (listing, now) = try await driver.look(scope, at: provider, id) { $0.intent == row.intent }
      now.doubtful.formUnion(doubtful)
      guard let live = row.resource.flatMap({ now.live[$0] }) else {
        let after = try tracker.row(row.intent) ?? row
        if after.state.isOver || after.goneSaidAt != nil {
          report.deleted.append(name)
        } else {
          report.skipped.append(.init(id: name, reason: "its provider does not list it, and has not said that it is gone"))
        }
        return
      }
      if let words = verdict(row, request, now, tracker) {
        report.skipped.append(.init(id: name, reason: words))
        return
      }
      let ending = await driver.destroy(
        live, row, listing.isComplete, runIsAlive: isAlive(row, now), provider, reason: item.reason, policy: policy(request))
      if ending == .gone || ending == .going { await closeRun(of: row, because: ending) }
      switch ending {
      case .gone: report.deleted.append(name)
      case .going: report.pending.append(name)
      case .kept(let words): report.skipped.append(.init(id: name, reason: words))
      case .failed(let words): report.failed.append(.init(id: name, error: words))
      }
    } catch {
      report.failed.append(.init(id: name, error: (error as? any Hinted)?.message ?? "\(error)"))
    }
  }
}
