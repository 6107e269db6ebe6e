import Basics
import CommandLineKit
import ControlAPI
import FoundationEssentials
import Synchronization
import TerminalUI

/// Shows a plan, asks when it deletes, and carries it out with its progress on standard error.
struct StorageJob {
  let service: any StorageService
  let world: World
  var dryRun = false
  /// Whether deletions need nobody's word any more.
  var yes = false
  var output = OutputOptions()

  func run(_ plan: StoragePlan) async throws -> ExitStatus {
    for omission in plan.omissions { world.errors.say("note: left out \(Printable.line(omission.name)): \(omission.reason)") }
    if dryRun || plan.steps.isEmpty {
      try world.emit(StorageReport(plan: plan, isDryRun: dryRun), output)
      return .ok
    }
    if !plan.deletions.isEmpty {
      let bytes = ByteSize(bytes: plan.deletions.reduce(0) { $0 + $1.bytes })
      let first = plan.deletions.prefix(3).map { Printable.line($0.target.description) }.joined(separator: ", ")
      let count = plan.deletions.count
      try world.requireConfirmation(
        "Delete \(count == 1 ? first : "\(count) files (\(first)\(count > 3 ? ", …" : ""))"), \(bytes)?", yes: yes)
    }
    let view = StorageView(world: world, isQuiet: output.quiet || output.json)
    defer { view.clear() }
    let outcome = try await interruptible { try await service.apply(plan) { view.show($0) } }
    view.clear()
    for failure in outcome.failures { world.errors.say("error: \(Printable.line(failure.message))") }
    try world.emit(StorageReport(plan: plan, outcome: outcome), output)
    return outcome.failures.isEmpty ? .ok : ExitStatus(.partial)
  }

  /// Ends the work when somebody presses Ctrl-C, so that no half-written file stays.
  private func interruptible(_ body: @escaping @Sendable () async throws -> StorageOutcome) async throws -> StorageOutcome {
    let signals = world.signals()
    return try await withThrowingTaskGroup(of: StorageOutcome?.self) { group in
      group.addTask { try await body() }
      group.addTask {
        for await _ in signals { throw Interrupted() }
        return nil
      }
      defer { group.cancelAll() }
      while let outcome = try await group.next() {
        if let outcome { return outcome }
      }
      throw Interrupted()
    }
  }
}

/// Somebody pressed Ctrl-C.
struct Interrupted: ExitCoded, Equatable {
  var message: String { "interrupted; what was copied so far is there, and the same command goes on" }
  var hints: [String] { [] }
  var exitCode: ExitCode { .interrupted }
}

/// How far a transfer is, on standard error.
final class StorageView: Sendable {
  private let world: World
  private let isQuiet: Bool
  private let line: Mutex<ProgressLine>
  private let start = ContinuousClock.now

  init(world: World, isQuiet: Bool) {
    self.world = world
    self.isQuiet = isQuiet
    line = Mutex(ProgressLine(world.errors.facts))
  }

  func show(_ progress: StorageProgress) {
    if isQuiet { return }
    let seconds = (ContinuousClock.now - start).inSeconds
    write { $0.show(Self.words(progress, seconds, world.errors.facts), at: seconds) }
  }

  func clear() { write { $0.clear() } }

  private func write(_ change: (inout ProgressLine) -> String) {
    line.withLock { line in
      let text = change(&line)
      if !text.isEmpty { try? world.errors.write(text) }
    }
  }

  /// "━━━━━─────  50%  120 MiB of 240 MiB  12 of 40 files  80 MiB/s".
  static func words(_ progress: StorageProgress, _ seconds: Double, _ terminal: TerminalFacts) -> String {
    var words: [String] = []
    if progress.allBytes > 0 {
      words.append(
        ProgressLine.bar(Double(progress.bytes) / Double(progress.allBytes), columns: 20, unicode: terminal.usesUnicode))
      words.append("\(ByteSize(bytes: max(0, progress.bytes))) of \(ByteSize(bytes: progress.allBytes))")
    }
    words.append("\(progress.files) of \(progress.allFiles) files")
    if seconds > 1, progress.bytes > 0 { words.append("\(ByteSize(bytes: Int64(Double(progress.bytes) / seconds)))/s") }
    return words.joined(separator: "  ")
  }
}
