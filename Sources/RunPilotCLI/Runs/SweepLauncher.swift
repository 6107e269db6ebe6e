import Basics
import CommandLineKit
import ControlAPI
import FoundationEssentials
import Synchronization
import TerminalUI
import TrainingModel

/// Starts one run for each combination of a sweep, so many at a time, and compares them when all are over.
struct SweepLauncher {
  let world: World
  let output: OutputOptions
  let sweep: Sweep
  /// The sweep to go on with.
  let resumes: String?

  /// What every sweep's label begins with.
  static let prefix = "sweep-"

  /// Where the sweep stands, for those who start its runs and for who stops them.
  private final class Course: Sendable {
    struct State {
      var alive: Set<RunID> = []
      var interrupts = 0
    }
    let state = Mutex(State())
    var isStopped: Bool { state.withLock { $0.interrupts > 0 } }
  }

  private enum Part: Sendable {
    case over(RunRecord?)
    case signals
  }

  func launch(_ request: RunRequest) async throws -> ExitStatus {
    let runs = try await world.runs()
    let label = resumes.map { $0.hasPrefix(Self.prefix) ? $0 : Self.prefix + $0 } ?? Self.fresh()
    let signals = world.signals()
    let (done, left) = try await remaining(of: label, runs)
    say("\(label): \(left.count) of \(sweep.count ?? 0) runs to go, \(min(sweep.maxParallel, max(1, left.count))) at a time")
    let course = Course()
    let records = try await withThrowingTaskGroup(of: Part.self) { group in
      group.addTask {
        await watch(signals, runs, course)
        return .signals
      }
      var waiting = left[...]
      var records: [RunRecord] = []
      var going = 0
      func startNext() {
        guard !course.isStopped, let next = waiting.popFirst() else { return }
        going += 1
        group.addTask { .over(await carry(request, next, label, runs, course)) }
      }
      for _ in 0..<sweep.maxParallel { startNext() }
      while going > 0, let part = try await group.next() {
        guard case .over(let record) = part else { continue }
        going -= 1
        if let record { records.append(record) }
        startNext()
      }
      group.cancelAll()
      return records
    }
    return try await conclude(label, done + records, runs, isStopped: course.isStopped)
  }

  /// One run, from its submission to its end.
  /// - Returns: nil when it was never recorded.
  private func carry(_ request: RunRequest, _ params: [String: JSONValue], _ label: String, _ runs: any RunService, _ course: Course) async
    -> RunRecord?
  {
    var request = request
    request.sweep = nil
    request.spec.params.merge(params) { $1 }
    request.spec.tags.append(label)
    let words = sweep.axes.map { "\($0.name)=\(params[$0.name]?.plainText ?? "")" }.joined(separator: " ")
    do {
      let record = try await runs.submit(request) { _ in }
      course.state.withLock { _ = $0.alive.insert(record.id) }
      defer { course.state.withLock { _ = $0.alive.remove(record.id) } }
      say("\(record.id) \(words): started")
      // Asked to stop while it was being started.
      if course.isStopped { _ = try await runs.requestStop(record.id, kill: false) }
      let over = try await runs.follow(record.id, FollowOptions(output: nil)) { _ in }
      let duration = RunWords.duration(over.durationSeconds, startedAt: over.startedAt, isTerminal: true, now: world.now())
      say("\(record.id) \(words): \(over.status.rawValue)\(duration.isEmpty ? "" : " in \(duration)")")
      return over
    } catch is CancellationError {
      return nil
    } catch {
      say("\(words): not started")
      _ = world.report(error, asJSON: false)
      return nil
    }
  }

  /// Ctrl-C asks all runs to end and starts none; a second one kills them.
  private func watch(_ signals: AsyncStream<Int32>, _ runs: any RunService, _ course: Course) async {
    for await _ in signals {
      let (count, alive) = course.state.withLock { state in
        state.interrupts += 1
        return (state.interrupts, state.alive)
      }
      say(count == 1 ? "stopping \(alive.count) runs; Ctrl-C again kills them" : "killing \(alive.count) runs")
      for id in alive.sorted(by: { $0.rawValue < $1.rawValue }) {
        do { _ = try await runs.requestStop(id, kill: count > 1) } catch { _ = world.report(error, asJSON: false) }
      }
    }
  }

  /// What an earlier part of the sweep has come to, and the combinations that have no success yet.
  private func remaining(of label: String, _ runs: any RunService) async throws -> (done: [RunRecord], left: [[String: JSONValue]]) {
    let all = sweep.combinations
    guard resumes != nil else { return ([], all) }
    var query = RunQuery()
    query.tags = [label]
    query.limit = nil
    let rows = try await runs.runs(query)
    guard !rows.isEmpty else { throw NoSuchSweep(label: label) }
    var done: [RunRecord] = []
    var taken: [[String: JSONValue]] = []
    for row in rows where row.status == .success || !row.status.isTerminal {
      let record = try await runs.run(row.id.rawValue)
      let params = sweep.axes.reduce(into: [String: JSONValue]()) { $0[$1.name] = record.params[$1.name] }
      guard record.status == .success || !record.status.isTerminal, !taken.contains(params) else { continue }
      taken.append(params)
      done.append(record)
    }
    return (done, all.filter { !taken.contains($0) })
  }

  private func conclude(_ label: String, _ records: [RunRecord], _ runs: any RunService, isStopped: Bool) async throws -> ExitStatus {
    let sorted = records.sorted { $0.id.rawValue < $1.id.rawValue }
    if output.quiet {
      world.output.say(sorted.map { $0.id.rawValue + "\n" }.joined())
    } else if output.json || sorted.count > 1 {
      var entries: [ComparisonReport.Entry] = []
      for record in sorted { entries.append(.init(record: record, metrics: try await runs.metrics(of: record.id)?.summary ?? [:])) }
      try world.emit(ComparisonReport(entries: entries, showsAll: false), output)
    }
    let good = sorted.count { $0.status == .success }
    let count = sweep.count ?? 0
    say("\(label): \(good) of \(count) succeeded; see them again: runpilot compare --tag \(label)")
    if good < count { say("go on with the rest: the same command with --resume \(label)") }
    return isStopped ? ExitStatus(.interrupted) : good == count ? .ok : ExitStatus(.partial)
  }

  private func say(_ words: String) { if !output.quiet { world.errors.say(Printable.line(words)) } }

  /// A label that nobody has had: six letters and digits.
  private static func fresh() -> String {
    let letters = Array("abcdefghijkmnpqrstuvwxyz23456789")
    return prefix + String((0..<6).map { _ in letters.randomElement() ?? "a" })
  }
}

/// There is no run with a sweep's label.
struct NoSuchSweep: ExitCoded {
  let label: String
  var message: String { "no run has the label '\(label)'" }
  var hints: [String] { ["labels are shown by `runpilot show`; see all: `runpilot list --json | grep sweep-`"] }
  var exitCode: ExitCode { .notFound }
}
