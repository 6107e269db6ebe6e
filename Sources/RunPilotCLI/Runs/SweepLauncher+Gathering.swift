import Basics
import CommandLineKit
import ControlAPI
import TrainingModel

extension SweepLauncher {
  private enum Submission: Sendable {
    case done(SweepStart?)
    case interrupted
  }

  /// Leaves all runs to their provider at once, where that bounds by itself how many of them go on.
  /// - Returns: nil where each is to be started from here.
  func gather(_ requests: [RunRequest], _ label: String, after alive: [RunID], _ runs: any RunService, _ course: SweepCourse) async throws
    -> SweepStart?
  {
    guard let provider = requests.first?.spec.provider else { return SweepStart(records: []) }
    let start: SweepStart?
    do {
      start = try await submission(SweepRequest(label: label, runs: requests, maxParallel: sweep.maxParallel, after: alive), runs, course)
    } catch is CancellationError where course.isStopped {
      return SweepStart(records: [])
    }
    guard let start else { return nil }
    course.enlist(start.records.map(\.id))
    if let first = start.records.first, let last = start.records.last {
      say(
        "\(start.records.count) runs, \(first.id) to \(last.id), wait at \(provider), which begins \(sweep.maxParallel) at a time whether or not "
          + "anybody follows them")
    }
    if let failure = start.failure, !(failure is CancellationError) {
      say("\(requests.count - start.records.count) runs were not started")
      course.refuse(world.report(failure, asJSON: false))
    }
    return start
  }

  /// Ctrl-C gives up what has not been sent yet.
  private func submission(_ request: SweepRequest, _ runs: any RunService, _ course: SweepCourse) async throws -> SweepStart? {
    let view = FollowView(world: world, quiet: output.quiet, notes: .none)
    defer { view.clear() }
    return try await withThrowingTaskGroup(of: Submission.self) { group in
      group.addTask { .done(try await runs.submit(sweep: request) { view.show(.progress($0)) }) }
      group.addTask {
        while !course.isStopped, !Task.isCancelled { try? await Task.sleep(for: .milliseconds(50)) }
        return .interrupted
      }
      defer { group.cancelAll() }
      while let part = try await group.next() {
        if case .done(let start) = part { return start }
        group.cancelAll()
      }
      return nil
    }
  }

  /// What a sweep comes to that is left to itself.
  func detached(_ gathered: SweepStart?, _ label: String, _ runs: any RunService, _ course: SweepCourse) async throws -> ExitStatus {
    guard let gathered else {
      throw UsageError(
        .other(
          "a sweep there needs somebody who starts its runs one after the other",
          hint: "leave --detach out; closed, it goes on with --resume"),
        in: ["runpilot", Run.name])
    }
    // Ctrl-C came while they were submitted, and nobody will follow them who could ask them to end.
    if course.isStopped { await stop(gathered.records.map(\.id), runs, kill: false) }
    if output.json {
      let entries = gathered.records.map { ComparisonReport.Entry(record: $0, metrics: [:]) }
      try world.emit(ComparisonReport(entries: entries, showsAll: false), output)
    } else {
      if !gathered.records.isEmpty { world.output.say(gathered.records.map(\.id.rawValue).joined(separator: "\n")) }
      say("follow them: the same command with --resume \(label)")
    }
    return course.isStopped ? ExitStatus(.interrupted) : course.refusal ?? .ok
  }
}
