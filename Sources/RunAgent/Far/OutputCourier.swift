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
  private var sent: [String: Sent] = [:]

  init(_ courier: Courier) { self.courier = courier }

  /// Sends what is new, now and then, until the job is over. A checkpoint is in the mailbox long before a machine is taken away.
  func carry() async {
    var next = courier.clock.elapsed + courier.pace.outputs
    while !Task.isCancelled, !courier.isLogClosed {
      try? await Task.sleep(for: courier.pace.look)
      guard courier.clock.elapsed >= next else { continue }
      for path in paths() where !courier.isLogClosed && isSettled(path) { try? await send(path) }
      next = courier.clock.elapsed + courier.pace.outputs
    }
  }

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
    // What the job has deleted since stays in the mailbox and is not in the manifest.
    let there = sent.filter { paths.contains($0.key) }.mapValues(\.file)
    return (there, missing)
  }

  private func paths() -> [String] { ((try? Files.tree(courier.folder.outputs)) ?? []).map(\.path).sorted() }

  private func isSettled(_ path: String) -> Bool {
    var info = stat()
    guard stat(courier.folder.outputs + "/" + path, &info) == 0 else { return false }
    return courier.clock.now.timeIntervalSince1970 - Double(info.st_mtim.tv_sec) > Self.settled
  }

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
