import Basics
import Cryptography
import FoundationEssentials
import Glibc
import ProviderKit
import TrainingModel

/// Brings a run's outputs into its mailbox: while the job runs what has not changed for a while, at its end everything. One at a time knows what is there.
actor OutputCourier {
  private struct Sent {
    var stamp: FileStamp
    var file: MailboxManifest.File
  }

  /// A file that is being written changes more often than this.
  private static let settled: TimeInterval = 10
  private let courier: Courier
  private let checkpoint: CheckpointOrder?
  private var sent: [String: Sent] = [:]

  init(_ courier: Courier, checkpoint: CheckpointOrder? = nil) {
    self.courier = courier
    self.checkpoint = checkpoint
  }

  /// Sends what is new, now and then, until the job is over. A checkpoint is in the mailbox long before a machine is taken away.
  func carry() async {
    var next = courier.clock.elapsed + courier.pace.outputs
    while !Task.isCancelled, !courier.isLogClosed {
      try? await Task.sleep(for: courier.pace.look)
      guard courier.clock.elapsed >= next else { continue }
      for path in paths() where !courier.isLogClosed && isSettled(path) { try? await send(path) }
      await forgetOldCheckpoints()
      next = courier.clock.elapsed + courier.pace.outputs
    }
  }

  /// Of checkpoints that are in the mailbox, whole, as many are kept as was asked for: there and here.
  private func forgetOldCheckpoints() async {
    guard let checkpoint, let keep = checkpoint.keep else { return }
    let base = checkpoint.directory + "/"
    let files = paths().filter { $0.hasPrefix(base) }.map { path in
      Checkpoint.File(path: String(path.dropFirst(base.count)), changedAt: changedAt(path))
    }
    let whole = Checkpoint.all(of: files).filter { $0.paths.allSatisfy { isSent(base + $0) } }
    for old in whole.dropFirst(Int(keep)) {
      let paths = old.paths.map { base + $0 }
      do {
        try await courier.store.delete(paths.compactMap { courier.layout.output($0) })
        for path in paths {
          sent[path] = nil
          try Files.remove(courier.folder.outputs + "/" + path)
        }
        if old.isFolder { try Files.removeTree(courier.folder.outputs + "/" + base + old.name) }
      } catch {
        courier.log("the old checkpoint \(old.name) could not be removed: \((error as? any Hinted)?.message ?? "\(error)")")
      }
    }
  }

  private func isSent(_ path: String) -> Bool { sent[path].map { $0.stamp == FileStamp(courier.folder.outputs + "/" + path) } ?? false }

  /// Sends everything that is not there yet.
  /// - Parameter giveUp: after this, nothing is begun any more.
  /// - Returns: what is there, and what is not in words.
  func sendAll(giveUp: Date) async -> (outputs: [String: MailboxManifest.File], missing: [String]) {
    var missing: [String] = []
    let paths = paths()
    for path in paths {
      var patience = Patience(cap: courier.pace.longestWait)
      var failures = 0
      while true {
        do {
          try await send(path)
          break
        } catch {
          failures += 1
          courier.log("the output \(path) could not be sent: \(error.message)")
          let isLate = Task.isCancelled || courier.clock.now >= giveUp
          if isLate || (!error.mayPass && failures >= 3) {
            missing.append("\(path): \(error.message)")
            break
          }
          patience.wait(from: courier.clock.elapsed, chance: .random(in: 0..<1))
          while !patience.isOver(at: courier.clock.elapsed), courier.clock.now < giveUp, !Task.isCancelled {
            try? await Task.sleep(for: courier.pace.look)
          }
        }
      }
    }
    await forgetOldCheckpoints()
    // What the job has deleted since stays in the mailbox and is not in the manifest.
    let left = Set(self.paths())
    let there = sent.filter { left.contains($0.key) }.mapValues(\.file)
    return (there, missing)
  }

  /// Oldest first: what is newest in the mailbox then is the newest here.
  private func paths() -> [String] {
    let all = ((try? Files.tree(courier.folder.outputs)) ?? []).map { (path: $0.path, at: changedAt($0.path)) }
    return all.sorted { ($0.at, $0.path) < ($1.at, $1.path) }.map(\.path)
  }

  private func changedAt(_ path: String) -> Date {
    var info = stat()
    guard stat(courier.folder.outputs + "/" + path, &info) == 0 else { return .distantFuture }
    return Date(timeIntervalSince1970: Double(info.st_mtim.tv_sec) + Double(info.st_mtim.tv_nsec) / 1e9)
  }

  private func isSettled(_ path: String) -> Bool { courier.clock.now.timeIntervalSince(changedAt(path)) > Self.settled }

  private func send(_ path: String) async throws(CourierFailure) {
    let file = courier.folder.outputs + "/" + path
    guard let stamp = FileStamp(file), sent[path]?.stamp != stamp else { return }
    guard let key = courier.layout.output(path) else { throw CourierFailure(UnsendableName()) }
    do {
      let sha256 = try SHA256.hexDigest(ofFile: file)
      let facts = try await courier.store.upload(file: file, to: key)
      guard facts.size == stamp.size, FileStamp(file) == stamp else { throw ChangedFile() }
      sent[path] = Sent(stamp: stamp, file: MailboxManifest.File(bytes: stamp.size, sha256: sha256))
    } catch {
      sent[path] = nil
      throw CourierFailure(error)
    }
  }

  private struct UnsendableName: Hinted {
    var message: String { "no store takes a name of this form or length" }
  }
  private struct ChangedFile: Hinted {
    var message: String { "it changed while it was sent" }
  }
}
