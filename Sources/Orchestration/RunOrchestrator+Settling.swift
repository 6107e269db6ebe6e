import Basics
import FoundationEssentials
import Glibc
import ProviderKit
import RunStore
import SafeCleanup
import TrainingModel

extension RunOrchestrator {
  /// Closes a run whose agent has died: ends what is left of it, and writes the record's last state.
  ///
  /// Safe to call for any run and from several processes at once: whoever gets the run's lock settles it, the others see the result.
  /// - Returns: the record as it stands afterwards.
  func settle(_ id: RunID) async throws -> RunRecord {
    let record = try store.record(id)
    guard !record.status.isTerminal, let lock = try store.tryLock(id) else { return record }
    defer { withExtendedLifetime(lock) {} }
    // The agent may have ended well between the look at the record and the lock.
    var current = try store.record(id)
    guard !current.status.isTerminal else { return current }
    current.cleanup = await endRemains(of: current)
    let detail = current.agent.map { "its agent (pid \($0.pid)) died before the run's end was known" }
    current.close(.failed, .lost, detail: detail ?? "it was recorded, and runpilot died before its agent was at work", at: world.now())
    try store.write(current, durable: true)
    return current
  }

  /// Fills the log from what the executor still knows, then ends everything that carries the run's tags.
  private func endRemains(of record: RunRecord) async -> CleanupOutcome {
    do {
      let provider = try world.registry.provider(record.provider)
      if let recovery = provider as? any LogRecovery { await recoverLog(of: record, recovery) }
      let installation = try world.installation()
      var left: [String] = []
      var page: PageToken?
      repeat {
        let listing = try await provider.resources(.run(uid: record.uid), after: page)
        for resource in listing.resources where resource.runUID == record.uid {
          let facts = CleanupFacts(
            resource: resource, listingComplete: listing.isComplete, gatheredAt: world.now(), installation: installation, runIsAlive: false)
          do {
            let permit = try CleanupSafety.review(facts, now: world.now())
            if case .pending = try await provider.destroy(permit) { left.append("\(resource.kind) \(resource.id) is still ending") }
          } catch let refusal as CleanupRefusal {
            left.append("\(resource.kind) \(resource.id) was left alone: \(refusal.explanation)")
          }
        }
        page = listing.next
      } while page != nil
      return left.isEmpty ? CleanupOutcome(.done) : CleanupOutcome(.pending, detail: left.joined(separator: "; "))
    } catch {
      return CleanupOutcome(.failed, detail: (error as? any Hinted)?.message ?? "\(error)")
    }
  }

  private func recoverLog(of record: RunRecord, _ recovery: any LogRecovery) async {
    let path = store.folder(record.id).logs
    var info = stat()
    let size = stat(path, &info) == 0 ? Int64(info.st_size) : 0
    guard let bytes = try? await recovery.recoveredLog(of: record.uid, from: size), !bytes.isEmpty else { return }
    guard let log = try? Descriptor.open(path, O_WRONLY | O_APPEND | O_CREAT) else { return }
    try? log.writeAll(bytes, name: path)
  }
}
