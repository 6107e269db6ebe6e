import Basics
import FoundationEssentials
import Glibc
import TrainingModel

/// A job that its scheduler cuts off, and starts again on the same folder.
extension FarWork {
  /// There since the code and the checkpoint are in their places, and the job may have begun.
  private var prepared: String { folder.agentFolder + "/prepared" }
  /// There since the job was ended in good time: what it wrote is whole.
  private var saved: String { folder.agentFolder + "/saved" }

  var isPrepared: Bool { Files.exists(prepared) }

  func notePrepared() { try? Files.writeAtomically([UInt8](), to: prepared) }

  /// What is there of a start that was cut off before its job began is no beginning.
  func clearUnprepared() throws(SystemError) {
    for path in [order.projectFolder, folder.outputs] {
      if Files.exists(path) { try Files.removeTree(path) }
      try Files.createFolder(path, mode: 0o755)
    }
  }

  /// The run was cut off, and its scheduler may start it again: nobody may take it for over.
  func leaveOpen(_ record: RunRecord) -> RunRecord {
    try? Files.writeAtomically([UInt8](), to: saved)
    let keeper = RecordKeeper(record, folder: folder)
    do throws(SystemError) {
      try keeper.write { record in
        record.reopen()
        record.detail = RestartOrder.cutOff
      }
    } catch {
      setup.log(error.message)
    }
    return keeper.record
  }

  /// Has a further start go on from what the last one left.
  /// - Parameter job: as the home left it.
  func goOn(_ job: inout AgentJob, _ record: inout RunRecord, _ restart: Int64) {
    let newest = order.checkpoint.flatMap { checkpoint in
      newestCheckpoint(in: folder.outputs + "/" + checkpoint.directory).map { checkpoint.directory + "/" + $0 }
    }
    if let newest { job.goOn(from: newest, flag: order.restart?.resumeFlag) }
    let first = job.environment[AgentJob.attemptVariable].flatMap { Int64($0) } ?? 1
    job.environment[AgentJob.attemptVariable] = "\(first + restart)"
    record.reopen()
    record.restarts = restart
    let next = newest.map { "goes on from \(Paths.name(of: $0))" } ?? "starts from the beginning"
    record.warnings.append("its scheduler cut it off; attempt \(first + restart), begun at \(Timestamp.format(setup.clock.now)), \(next)")
    unlink(saved)
  }

  private func newestCheckpoint(in folder: String) -> String? {
    let files = ((try? Files.tree(folder)) ?? []).map { file in
      var info = stat()
      let seconds = stat(folder + "/" + file.path, &info) == 0 ? Double(info.st_mtim.tv_sec) + Double(info.st_mtim.tv_nsec) / 1e9 : 0
      return Checkpoint.File(path: file.path, changedAt: Date(timeIntervalSince1970: seconds))
    }
    return Checkpoint.newest(of: files, whole: Files.exists(saved) ? { _ in true } : nil)?.name
  }
}

extension RunRecord {
  /// Takes back what was said of a start that is not the last.
  fileprivate mutating func reopen() {
    status = .pending
    (reason, detail, startFailure, exitCode, signal) = (nil, nil, nil, nil, nil)
    (startedAt, finishedAt, durationSeconds, cleanup) = (nil, nil, nil, nil)
  }
}
