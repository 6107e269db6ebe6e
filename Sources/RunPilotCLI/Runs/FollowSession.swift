import Basics
import CommandLineKit
import ControlAPI
import Glibc
import TerminalUI
import TrainingModel

/// Follows one run in the foreground: its bytes, its progress, and what signals mean meanwhile.
struct FollowSession {
  /// What Ctrl-C is to end.
  enum Ending {
    /// The job: `run`, `rerun`, `attach`.
    case stopsJob
    /// Only our watching: `logs -f`.
    case stopsWatching
  }

  let world: World
  let runs: any RunService
  let ending: Ending
  let output: OutputOptions
  /// Signals, when somebody listened already: a Ctrl-C between the start of a job and the start of following it must not be lost.
  var signals: AsyncStream<Int32>?
  /// Notes about the run that were said already.
  var saidNotes: [String] = []

  private enum Outcome: Sendable {
    case over(RunRecord)
    /// We leave; the run goes on.
    case left(signal: Int32)
    /// The signal watcher has nothing more to say.
    case silent
  }

  /// Follows to the end, or until a signal says otherwise.
  func follow(_ id: RunID, tail: Int?) async throws -> ExitStatus {
    let view = FollowView(world: world, quiet: output.quiet, notes: ending == .stopsJob ? .allBut(saidNotes) : .none)
    // Standard output belongs to the JSON object then.
    let options = FollowOptions(output: output.json ? world.errors.descriptor : world.output.descriptor, tail: tail)
    do {
      let outcome = try await withThrowingTaskGroup(of: Outcome.self) { group in
        group.addTask { .over(try await runs.follow(id, options) { view.show($0) }) }
        group.addTask { await watchSignals(id) }
        defer { group.cancelAll() }
        for try await outcome in group {
          if case .silent = outcome { continue }
          return outcome
        }
        return .silent
      }
      if case .over(let record) = outcome { view.show(.record(record)) }
      view.clear()
      return try await finish(outcome, id)
    } catch {
      view.clear()
      guard Failure.isClosedOutput(error) || isClosedTerminal(error) else { throw error }
      world.errors.say(leaving(id, because: "nobody reads the output any more"))
      return ExitStatus(code: 128 + SIGPIPE)
    }
  }

  /// A terminal window that was closed answers writes with EIO; on a file the same is a broken disk.
  private func isClosedTerminal(_ error: any Error) -> Bool { world.output.facts.isTerminal && (error as? SystemError)?.code == EIO }

  private func finish(_ outcome: Outcome, _ id: RunID) async throws -> ExitStatus {
    switch outcome {
    case .over(let record):
      if ending == .stopsJob || output.json { try await conclude(record) }
      return RunWords.exitStatus(record)
    case .left(let signal):
      if !output.quiet { world.errors.say(leaving(id, because: nil)) }
      return ExitStatus(code: 128 + signal)
    case .silent: return ExitStatus(.software)
    }
  }

  private func conclude(_ record: RunRecord) async throws {
    if output.json { return try world.emit(StartReport(record: record), output) }
    if output.quiet { return }
    // The end of a run must not depend on whether its numbers can be read.
    let metrics = try? await runs.metrics(of: record.id)
    world.errors.say(RunConclusion(record: record, metrics: metrics?.summary ?? [:]).text(world.errors.facts, now: world.now()))
  }

  private func leaving(_ id: RunID, because reason: String?) -> String {
    (reason.map { $0 + "; " } ?? "") + "\(id) goes on; follow it again: runpilot attach \(id)"
  }

  /// Ctrl-C asks, then kills, then leaves. SIGTERM and SIGHUP are meant for this process alone, so the run goes on.
  private func watchSignals(_ id: RunID) async -> Outcome {
    var interrupts = 0
    for await signal in signals ?? world.signals() {
      guard signal == SIGINT, ending == .stopsJob else { return .left(signal: signal) }
      interrupts += 1
      switch interrupts {
      case 1: await stop(id, kill: false, saying: "stopping \(id); Ctrl-C again kills it")
      case 2: await stop(id, kill: true, saying: "killing \(id)")
      default: return .left(signal: signal)
      }
    }
    return .silent
  }

  private func stop(_ id: RunID, kill: Bool, saying line: String) async {
    world.errors.say(line)
    do { _ = try await runs.requestStop(id, kill: kill) } catch { _ = world.report(error, asJSON: false) }
  }
}
