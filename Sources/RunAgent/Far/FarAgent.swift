public import Basics
import Cryptography
import FoundationEssentials
import Glibc
import ProviderKit
public import TrainingModel

/// Carries a run on a machine that nobody sees: the same ``Agent`` on a folder of that machine, with a courier between the folder and the mailbox.
///
/// Whatever happens, the machine is asked to end: when everything is in the mailbox, and at the deadline at the latest.
public enum FarAgent {
  /// Does what the order says, and asks the machine to end.
  /// - Returns: the run's record; nil when there was no getting at it before the deadline.
  /// - Throws: ``AlreadyAtWork`` when another agent of this run lives on this machine; the machine is not asked to end then.
  public static func run(_ setup: FarSetup) async throws -> RunRecord? {
    let folder = setup.order.runFolder
    for path in [folder.commands, folder.outputs, setup.order.projectFolder] { try Files.createFolder(path, mode: 0o755) }
    guard let lock = try await lock(setup) else { throw AlreadyAtWork(folder: folder.path) }
    try DeadlineGuard.start(setup)
    defer { setup.machineEnd.end() }
    let work = FarWork(setup, lock: lock)
    guard await work.fetchRun() else { return nil }
    // Somebody has started what was over: there is nothing left to do, and nothing here that the mailbox lacks.
    if let over = work.recordOfEarlierEnd() { return over }
    return await work.carry()
  }
}

extension FarAgent {
  /// A file system that many machines share may hold the lock of one that failed for as long as its lease lasts.
  private static let longestLease: Duration = .seconds(180)

  private static func lock(_ setup: FarSetup) async throws -> FileLock? {
    let path = setup.order.runFolder.lock
    let isRestarted = setup.order.restart.map { setup.environment[$0.counter] != nil } ?? false
    let giveUp = setup.clock.elapsed + (isRestarted ? longestLease : .zero)
    while true {
      if let lock = try FileLock.tryAcquire(path) { return lock }
      guard setup.clock.elapsed < giveUp else { return nil }
      try await Task.sleep(for: .seconds(1))
    }
  }
}

/// Another agent carries this run on this machine.
public struct AlreadyAtWork: ExitCoded {
  /// The run's folder.
  public let folder: String
  /// Says so.
  public var message: String { "another agent is at work on \(folder)" }
  /// 75.
  public var exitCode: ExitCode { .tryAgain }
}

/// The thread that ends the machine at its deadline, whatever everything else hangs on.
enum DeadlineGuard {
  static func start(_ setup: FarSetup) throws(SystemError) {
    let (clock, deadline, end, log) = (setup.clock, setup.order.deadline, setup.machineEnd, setup.log)
    try BackgroundThread.start {
      while clock.now < deadline { usleep(500_000) }
      while true {
        log("the deadline has come: the machine ends")
        end.end()
        sleep(20)
      }
    }
  }
}
