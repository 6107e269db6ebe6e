import Basics
import FoundationEssentials
import ResourceTracking
import RunFollowing
import RunStore
import TrainingModel

extension ResourceKeeper {
  /// Asks the mailboxes of all runs of this home that are not over; see ``listen(to:_:)``.
  /// - Parameter waiting: uids of runs that have no agent now which could say anything.
  func listen(_ tracker: ResourceTracker, butNotTo waiting: Set<String> = []) async throws -> Set<String> {
    var query = RunQuery()
    query.statuses = Set(RunStatus.allCases.filter { !$0.isTerminal })
    var rows: [LedgerRow] = []
    for run in try orchestrator.store.runs(query) where orchestrator.isRented(run.provider) {
      guard let intent = try? orchestrator.store.record(run.id).rental?.intent, let row = try tracker.row(intent),
        !waiting.contains(row.runUID ?? "")
      else { continue }
      rows.append(row)
    }
    return await listen(to: rows, tracker)
  }

  /// Asks the mailboxes of runs that are not over when their agents were last heard of, and writes it into the ledger: a run that nobody
  /// follows lives all the same.
  /// - Returns: uids of runs whose mailbox did not answer. Nobody may take those for dead.
  func listen(to rows: [LedgerRow], _ tracker: ResourceTracker) async -> Set<String> {
    let living = rows.filter { $0.kind == "machine" && $0.resource != nil && !$0.state.isOver && isUnderWay($0) }
    var doubtful: Set<String> = []
    for start in stride(from: 0, to: living.count, by: Self.asked) {
      await withTaskGroup(of: (LedgerRow, Result<SeenHeartbeat?, any Error>).self) { group in
        for row in living[start..<min(start + Self.asked, living.count)] { group.addTask { (row, await pulse(of: row)) } }
        for await (row, answer) in group {
          switch answer {
          case .success(let seen?): _ = try? tracker.heartbeat(row.intent, at: world.now().addingTimeInterval(-seen.age.inSeconds))
          case .success(nil): break
          case .failure: row.runUID.map { _ = doubtful.insert($0) }
          }
        }
      }
    }
    return doubtful
  }

  /// Mailboxes that are asked at once.
  private static let asked = 16

  private func pulse(of row: LedgerRow) async -> Result<SeenHeartbeat?, any Error> {
    do {
      guard let id = row.runID, let rented = try orchestrator.rented(id) else { return .success(nil) }
      return .success(try await rented.mirror().lookAtHeartbeat())
    } catch {
      return .failure(error)
    }
  }

  /// Whether the run of a row is one of this home that is not over, as far as is known here.
  func isUnderWay(_ row: LedgerRow) -> Bool {
    guard let id = row.runID, let run = try? orchestrator.store.record(id), run.uid == row.runUID else { return false }
    return !run.status.isTerminal
  }

  /// Whether the run of a row is alive: it is not over, and its agent was heard of lately, may still be starting, or cannot be asked after.
  func isAlive(_ row: LedgerRow, _ finding: ResourceSurvey.Finding) -> Bool {
    guard isUnderWay(row) else { return false }
    // A disk has no agent: it lives as long as its run does.
    guard row.kind == "machine" else { return true }
    if let uid = row.runUID, finding.doubtful.contains(uid) { return true }
    guard let heard = row.lastHeartbeatAt else { return world.now().timeIntervalSince(row.createdAt) < RentedRun.startUp }
    return world.now().timeIntervalSince(heard) < Heartbeat.lostAfter.inSeconds
  }
}
