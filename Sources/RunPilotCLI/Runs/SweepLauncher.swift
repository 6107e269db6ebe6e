import Basics
import CommandLineKit
import ControlAPI
import FoundationEssentials
import Glibc
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
      /// The signal that was meant for this process alone: its runs go on.
      var left: Int32?
      /// How the process ends when a run could not be started: what stands in the way of one stands in the way of all.
      var refusal: ExitStatus?
    }
    let state = Mutex(State())
    var isStopped: Bool { state.withLock { $0.interrupts > 0 } }
    /// Whether further runs are started.
    var goesOn: Bool { state.withLock { $0.interrupts == 0 && $0.left == nil && $0.refusal == nil } }
  }

  private enum Part: Sendable {
    case over(RunRecord?)
    /// The signal watcher has nothing more to say.
    case signals
  }

  func launch(_ request: RunRequest) async throws -> ExitStatus {
    let runs = try await world.runs()
    let label = resumes.map { $0.hasPrefix(Self.prefix) ? $0 : Self.prefix + $0 } ?? Self.fresh()
    let signals = world.signals()
    let earlier = try await Earlier.find(label, sweep, resumes == nil ? nil : runs)
    let left = earlier.left
    say("\(label): \(left.count) of \(sweep.count ?? 0) runs to start, \(min(sweep.maxParallel, max(1, left.count))) at a time")
    let course = Course()
    let records = try await withThrowingTaskGroup(of: Part.self) { group in
      group.addTask {
        await watch(signals, runs, course)
        return .signals
      }
      var waiting = left[...]
      var records = earlier.done
      // What an earlier part has started, and left, counts among those that go on at once.
      var going = earlier.alive.count
      for record in earlier.alive { group.addTask { .over(await follow(record, words(record.params), runs, course)) } }
      func startNext() {
        guard course.goesOn, let next = waiting.popFirst() else { return }
        going += 1
        group.addTask { .over(await carry(request, next, label, runs, course)) }
      }
      while going < sweep.maxParallel, !waiting.isEmpty, course.goesOn { startNext() }
      while going > 0, let part = try await group.next() {
        guard case .over(let record) = part else {
          if course.state.withLock({ $0.left }) != nil { break }
          continue
        }
        going -= 1
        if let record { records.append(record) }
        startNext()
      }
      group.cancelAll()
      return records
    }
    if let signal = course.state.withLock({ $0.left }) {
      say("\(label) goes on with what it has started; go on with the rest: the same command with --resume \(label)")
      return ExitStatus(code: 128 + signal)
    }
    let status = try await conclude(label, records, runs)
    return course.isStopped ? ExitStatus(.interrupted) : course.state.withLock { $0.refusal } ?? status
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
    let words = self.words(params)
    do {
      let record = try await runs.submit(request) { _ in }
      say("\(record.id) \(words): started")
      return await follow(record, words, runs, course)
    } catch is CancellationError {
      return nil
    } catch {
      say("\(words): not started, and nothing after it")
      let status = world.report(error, asJSON: false)
      course.state.withLock { $0.refusal = $0.refusal ?? status }
      return nil
    }
  }

  /// A run that lives, to its end.
  private func follow(_ record: RunRecord, _ words: String, _ runs: any RunService, _ course: Course) async -> RunRecord? {
    let isStopped = course.state.withLock { state in
      state.alive.insert(record.id)
      return state.interrupts > 0
    }
    defer { course.state.withLock { _ = $0.alive.remove(record.id) } }
    do {
      // Asked to stop while it was being started.
      if isStopped { _ = try await runs.requestStop(record.id, kill: false) }
      let over = try await runs.follow(record.id, FollowOptions(output: nil)) { _ in }
      let duration = RunWords.duration(over.durationSeconds, startedAt: over.startedAt, isTerminal: true, now: world.now())
      say("\(record.id) \(words): \(over.status.rawValue)\(duration.isEmpty ? "" : " in \(duration)")")
      return over
    } catch is CancellationError {
      return nil
    } catch {
      say("\(record.id) \(words): not followed to its end")
      _ = world.report(error, asJSON: false)
      return nil
    }
  }

  private func words(_ params: [String: JSONValue]) -> String {
    sweep.axes.map { "\($0.name)=\(params[$0.name]?.plainText ?? "")" }.joined(separator: " ")
  }

  /// Ctrl-C asks all runs to end and starts none; a second one kills them. SIGTERM and SIGHUP are meant for this process alone, so the runs go on.
  private func watch(_ signals: AsyncStream<Int32>, _ runs: any RunService, _ course: Course) async {
    for await signal in signals {
      guard signal == SIGINT else { return course.state.withLock { $0.left = signal } }
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

  private func conclude(_ label: String, _ records: [RunRecord], _ runs: any RunService) async throws -> ExitStatus {
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
    return good == count ? .ok : ExitStatus(.partial)
  }

  private func say(_ words: String) { if !output.quiet { world.errors.say(Printable.line(words)) } }

  /// A label that nobody has had: six letters and digits.
  private static func fresh() -> String {
    let letters = Array("abcdefghijkmnpqrstuvwxyz23456789")
    return prefix + String((0..<6).map { _ in letters.randomElement() ?? "a" })
  }
}

/// What the earlier parts of a sweep have come to.
private struct Earlier: Sendable {
  /// Those that succeeded.
  var done: [RunRecord] = []
  /// Those that go on.
  var alive: [RunRecord] = []
  /// The combinations that have neither.
  var left: [[String: JSONValue]]

  /// - Parameter runs: nil for a sweep that begins.
  static func find(_ label: String, _ sweep: Sweep, _ runs: (any RunService)?) async throws -> Earlier {
    var found = Earlier(left: sweep.combinations)
    guard let runs else { return found }
    var query = RunQuery()
    query.tags = [label]
    let rows = try await runs.runs(query)
    guard !rows.isEmpty else { throw NoSuchSweep(label: label) }
    for row in rows where row.status == .success || !row.status.isTerminal {
      let record = try await runs.run(row.id.rawValue)
      let params = sweep.axes.reduce(into: [String: JSONValue]()) { $0[$1.name] = record.params[$1.name] }
      // What is no combination of the file as it is today is not counted.
      guard let index = found.left.firstIndex(of: params) else { continue }
      switch record.status {
      case .success: found.done.append(record)
      case let status where !status.isTerminal: found.alive.append(record)
      default: continue
      }
      found.left.remove(at: index)
    }
    return found
  }
}

/// There is no run with a sweep's label.
struct NoSuchSweep: ExitCoded {
  let label: String
  var message: String { "no run has the label '\(label)'" }
  var hints: [String] { ["`runpilot show` tells a run's labels"] }
  var exitCode: ExitCode { .notFound }
}
