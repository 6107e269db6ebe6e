import Basics
import CommandLineKit
import ControlAPI
import FoundationEssentials
import Glibc
import TerminalUI
import TrainingModel

/// Starts one run for each combination of a sweep, so many at a time, and compares them when all are over.
struct SweepLauncher {
  let world: World
  let output: OutputOptions
  let sweep: Sweep
  /// The sweep to go on with.
  let resumes: String?
  /// Whether it is left to itself once it is started.
  let detach: Bool

  /// What every sweep's label begins with.
  static let prefix = "sweep-"

  private enum Part: Sendable {
    case over(RunRecord?)
    /// The signal watcher has nothing more to say.
    case signals
  }

  /// What is still to be done.
  private enum Step {
    case start([String: JSONValue])
    case follow(RunRecord)

    var isStart: Bool { if case .start = self { true } else { false } }
  }

  func launch(_ request: RunRequest) async throws -> ExitStatus {
    let runs = try await world.runs()
    let label = resumes.map { $0.hasPrefix(Self.prefix) ? $0 : Self.prefix + $0 } ?? Self.fresh()
    let signals = world.signals()
    let earlier = try await EarlierRuns.find(label, sweep, resumes == nil ? nil : runs)
    say(
      "\(label): \(earlier.left.count) of \(sweep.count ?? 0) runs to start, \(min(sweep.maxParallel, max(1, earlier.left.count))) at a time"
    )
    let course = SweepCourse()
    return try await withThrowingTaskGroup(of: Part.self) { group in
      group.addTask {
        await watch(signals, runs, course)
        return .signals
      }
      defer { group.cancelAll() }
      let requests = earlier.left.map { self.request(request, $0, label) }
      let gathered = try await gather(requests, label, after: earlier.alive.map(\.id), runs, course)
      if detach { return try await detached(gathered, label, runs, course) }
      var steps = earlier.alive.map(Step.follow)
      steps += gathered.map { $0.records.map(Step.follow) } ?? earlier.left.map(Step.start)
      let records = try await carry(out: steps, request, label, runs, course, &group)
      if let signal = course.leftBy { return leave(label, signal, isGathered: gathered != nil) }
      let status = try await conclude(label, earlier.done + records, runs)
      return course.isStopped ? ExitStatus(.interrupted) : course.refusal ?? status
    }
  }

  /// Starts and follows, so many at a time, until all is over or a signal says otherwise.
  private func carry(
    out steps: [Step], _ request: RunRequest, _ label: String, _ runs: any RunService, _ course: SweepCourse,
    _ group: inout ThrowingTaskGroup<Part, any Error>
  ) async throws -> [RunRecord] {
    var waiting = steps[...]
    var records: [RunRecord] = []
    var going = 0
    func goOn(_ group: inout ThrowingTaskGroup<Part, any Error>) {
      while going < (course.isStopped ? max(Self.endings, sweep.maxParallel) : sweep.maxParallel), course.leftBy == nil {
        if !course.goesOn { waiting.removeAll(where: \.isStart) }
        guard let next = waiting.popFirst() else { return }
        going += 1
        switch next {
        case .start(let params): group.addTask { .over(await start(self.request(request, params, label), words(params), runs, course)) }
        case .follow(let record): group.addTask { .over(await follow(record, words(record.params), runs, course)) }
        }
      }
    }
    goOn(&group)
    while going > 0, let part = try await group.next() {
      guard case .over(let record) = part else {
        if course.leftBy != nil { break }
        continue
      }
      going -= 1
      if let record { records.append(record) }
      goOn(&group)
    }
    return records
  }

  /// How many runs are seen to their end at a time once all were asked to end.
  private static let endings = 16

  private func request(_ request: RunRequest, _ params: [String: JSONValue], _ label: String) -> RunRequest {
    var request = request
    request.sweep = nil
    request.spec.params.merge(params) { $1 }
    request.spec.tags.append(label)
    return request
  }

  /// One run, from its submission to its end.
  /// - Returns: nil when it was never recorded.
  private func start(_ request: RunRequest, _ words: String, _ runs: any RunService, _ course: SweepCourse) async -> RunRecord? {
    do {
      let record = try await runs.submit(request) { _ in }
      say("\(record.id) \(words): started")
      return await follow(record, words, runs, course)
    } catch is CancellationError {
      return nil
    } catch {
      say("\(words): not started, and nothing after it")
      course.refuse(world.report(error, asJSON: false))
      return nil
    }
  }

  /// A run that lives, to its end.
  private func follow(_ record: RunRecord, _ words: String, _ runs: any RunService, _ course: SweepCourse) async -> RunRecord? {
    let isToEnd = course.begin(record.id)
    defer { course.end(record.id) }
    do {
      if isToEnd { _ = try await runs.requestStop(record.id, kill: false) }
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
  private func watch(_ signals: AsyncStream<Int32>, _ runs: any RunService, _ course: SweepCourse) async {
    for await signal in signals {
      guard signal == SIGINT else { return course.leave(signal) }
      let (count, alive) = course.interrupt()
      say(count == 1 ? "stopping \(alive.count) runs; Ctrl-C again kills them" : "killing \(alive.count) runs")
      await stop(alive, runs, kill: count > 1)
    }
  }

  /// Asks runs to end, some at a time.
  func stop(_ ids: [RunID], _ runs: any RunService, kill: Bool) async {
    for start in stride(from: 0, to: ids.count, by: 8) {
      await withTaskGroup(of: Void.self) { group in
        for id in ids[start..<min(start + 8, ids.count)] {
          group.addTask {
            do { _ = try await runs.requestStop(id, kill: kill) } catch { _ = world.report(error, asJSON: false) }
          }
        }
      }
    }
  }

  private func leave(_ label: String, _ signal: Int32, isGathered: Bool) -> ExitStatus {
    say(
      isGathered
        ? "\(label) goes on by itself, all of it; follow it again: the same command with --resume \(label)"
        : "\(label) goes on with what it has started; go on with the rest: the same command with --resume \(label)")
    return ExitStatus(code: 128 + signal)
  }

  private func conclude(_ label: String, _ records: [RunRecord], _ runs: any RunService) async throws -> ExitStatus {
    let sorted = records.sorted { $0.id.rawValue < $1.id.rawValue }
    if output.quiet {
      if !sorted.isEmpty { world.output.say(sorted.map(\.id.rawValue).joined(separator: "\n")) }
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

  func say(_ words: String) { if !output.quiet { world.errors.say(Printable.line(words)) } }

  /// A label that nobody has had: six letters and digits.
  private static func fresh() -> String {
    let letters = Array("abcdefghijkmnpqrstuvwxyz23456789")
    return prefix + String((0..<6).map { _ in letters.randomElement() ?? "a" })
  }
}
