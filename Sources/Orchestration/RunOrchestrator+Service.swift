import Basics
public import ControlAPI
import FoundationEssentials
import Glibc
import RunFollowing
import RunStore
import Subprocessing
public import TrainingModel

extension RunOrchestrator: RunService {
  /// Follows a run; a run whose agent has died is settled and returned as lost.
  public func follow(_ id: RunID, _ options: FollowOptions, onEvent: @escaping @Sendable (FollowEvent) -> Void) async throws -> RunRecord {
    // A sweep may follow hundreds of runs here, each with some files of its own.
    OpenFiles.raiseLimit()
    _ = try closeUnlessRented(id)
    if let rented = try rented(id) { return try await follow(rented, options, onEvent) }
    let follower = Follower(store.folder(id), output: options.output, tail: options.tail)
    let end = try await follower.follow { event in
      switch event {
      case .progress(let progress): onEvent(.progress(progress))
      case .record(let record): onEvent(.record(record))
      }
    }
    switch end {
    case .ended(let record): return record
    case .cancelled: throw CancellationError()
    case .agentLost:
      let copied = try? Files.size(store.folder(id).logs)
      let settled = try await settle(id)
      // What the executor still knew was added to the log while it was settled.
      if let output = options.output, let copied { try LogTail.copy(store.folder(id).logs, from: copied, to: output) }
      onEvent(.record(settled))
      return settled
    }
  }

  /// Copies what the log holds now.
  public func copyLog(of id: RunID, tail: Int?, to descriptor: Int32) async throws {
    let path = store.folder(id).logs
    try LogTail.copy(path, from: try tail.map { try LogTail.offset(of: path, lines: $0) } ?? 0, to: descriptor)
  }

  /// The run that `reference` means.
  public func run(_ reference: String) async throws -> RunRecord {
    let id = try store.resolve(reference)
    let record = try store.record(id)
    guard !record.status.isTerminal, !store.isHeld(id) else { return record }
    return isRented(record) ? try closeUnlessRented(id) ?? record : try await settle(id)
  }

  /// Rows for a listing, with every run settled whose agent has died.
  public func runs(_ query: RunQuery) async throws -> [RunSummary] {
    let rows = try store.runs(query)
    let lost = rows.filter { row in
      guard !row.status.isTerminal, row.damage == nil, !store.isHeld(row.id) else { return false }
      return row.status == .queued || !isRented(row.provider)
    }
    guard !lost.isEmpty else { return rows }
    for row in lost {
      // A ledger that cannot be read keeps nobody from seeing their runs.
      if isRented(try store.record(row.id)) { _ = try? closeUnlessRented(row.id) } else { _ = try await settle(row.id) }
    }
    return try store.runs(query)
  }

  /// What the run was asked to do.
  public func specification(of id: RunID) async throws -> RunSpec {
    let path = store.folder(id).config
    return try world.configurations.read(try Files.readText(path), path)
  }

  /// The numbers the run reported.
  public func metrics(of id: RunID) async throws -> MetricsDocument? { try store.metrics(id) }

  /// The files below `outputs/`, by path.
  public func outputs(of id: RunID) async throws -> [OutputFile] {
    let root = store.folder(id).outputs
    guard Files.exists(root) else { return [] }
    return try Files.tree(root).map { OutputFile(path: $0.path, bytes: $0.bytes) }.sorted { $0.path < $1.path }
  }

  /// Leaves a wish in the run's folder, and tells the agent to look.
  public func requestStop(_ id: RunID, kill: Bool) async throws -> Bool {
    let record = try store.record(id)
    guard !record.status.isTerminal, try closeUnlessRented(id) == nil else { return false }
    if isRented(record) { return try await requestStopFarAway(id, kill ? .kill : .stop) }
    guard store.isHeld(id) else {
      _ = try await settle(id)
      return false
    }
    let folder = store.folder(id)
    try folder.ask(kill ? .kill : .stop)
    if let agent = record.agent {
      ProcessIdentity(pid: agent.pid, startTime: agent.startTime, bootID: agent.bootID).signal(AgentCommand.signal)
    }
    return true
  }

  /// Whoever is about to rent a machine passes a wish on when there is one, unless it has just looked.
  private func requestStopFarAway(_ id: RunID, _ command: AgentCommand) async throws -> Bool {
    if store.isHeld(id) {
      try store.folder(id).ask(command)
      await othersLetGo(of: id)
      guard !store.isHeld(id) else { return true }
    }
    guard let run = try rented(id), !run.record.status.isTerminal else { return false }
    try await run.mirror().ask(command)
    await run.endWhileItWaits()
    return true
  }

  /// Passes on what was asked of a run while its machine was rented: the folder here is none that an agent far away looks into.
  func passOnWishes(of run: RunInHand) async throws {
    for command in [AgentCommand.stop, .kill] where Files.exists(run.folder.command(command)) {
      let rented = try rented(run.record.id)
      try await rented?.mirror().ask(command)
      await rented?.endWhileItWaits()
    }
  }

  /// Deletes a run that is over.
  public func delete(_ id: RunID) async throws {
    if let record = try? store.record(id) {
      if record.status.isTerminal {
        await othersLetGo(of: id)
      } else if !store.isHeld(id), try closeUnlessRented(id) == nil, record.rental == nil {
        _ = try await settle(id)
      }
      try refuseWithLiveResources(record)
    }
    try store.delete(id)
  }

  /// Writes a run as an archive.
  public func export(_ id: RunID, to path: String) async throws -> Int64 { try store.export(id, to: path) }

  /// Takes in an archive.
  public func importArchive(_ path: String, replace: Bool) async throws -> ImportReport {
    let imported = try store.importArchive(path, replace: replace, limits: try ImportLimit.read(world.environment))
    return ImportReport(record: imported.record, notes: imported.notes)
  }

  /// Waits, five seconds at most, for whoever has a run to let go of it: the agent of one that is over is about to, once its last record is written.
  private func othersLetGo(of id: RunID) async {
    for _ in 0..<100 where store.isHeld(id) {
      do { try await Task.sleep(for: .milliseconds(50)) } catch { return }
    }
  }
}
