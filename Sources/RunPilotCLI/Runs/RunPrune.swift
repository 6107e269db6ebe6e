import Basics
import CommandLineKit
import ControlAPI
import FoundationEssentials
import TrainingModel

/// `runpilot prune`.
struct RunPrune: Command {
  static let name = "prune"
  static let summary = "Delete old runs"
  static let discussion = "Shows which runs would go and asks. Runs that are alive never go. All conditions must hold for a run to go."
  static let examples = [
    Example("runpilot prune --older-than 30d", "Runs of more than a month ago"),
    Example("runpilot prune --status failed --keep-last 10", "Failed runs, except the last ten of them"),
    Example("runpilot prune --older-than 30d --yes", "Without asking"),
  ]
  static let fields: [Field<Self>] =
    [
      .option("older-than", \.olderThan, "Runs that ended longer ago than this", value: "time"),
      .option("keep-last", \.keepLast, "Keep the newest so many of those that would go", value: "n"),
      .options("status", \.statuses, "Only runs that stand so"),
      .options("tag", \.tags, "Only runs with this label", short: "t"),
      .flag("dry-run", \.dryRun, "Only show which would go"),
      .flag("yes", \.yes, "Do not ask", short: "y"),
    ] + OutputOptions.fields.within(\.output)

  var olderThan: Age?
  var keepLast: Count?
  var statuses: [RunStatus] = []
  var tags: [String] = []
  var dryRun = false
  var yes = false
  var output = OutputOptions()

  func run(in world: World) async throws -> ExitStatus {
    guard olderThan != nil || keepLast != nil || !statuses.isEmpty || !tags.isEmpty else {
      throw UsageError(
        .other("prune without a condition would delete every run", hint: "say which: `runpilot prune --older-than 30d`"),
        in: ["runpilot", Self.name])
    }
    let runs = try await world.runs()
    let doomed = doomed(try await runs.runs(query), now: world.now())
    if doomed.isEmpty || dryRun {
      try world.emit(RunListReport(runs: doomed), output)
      if !output.json, !output.quiet {
        world.errors.say(doomed.isEmpty ? "nothing to delete" : "\(doomed.count) would be deleted; nothing was")
      }
      return .ok
    }
    if !yes { try world.errors.write(RunListReport(runs: doomed).text(Page(terminal: world.errors.facts, world: world))) }
    try world.requireConfirmation(
      "Delete \(doomed.count == 1 ? "this run" : "these \(doomed.count) runs") with logs and outputs?", yes: yes)
    return try await RunRemoval(runs: runs, world: world, output: output).remove(doomed.map(\.id))
  }

  private var query: RunQuery {
    var query = RunQuery()
    query.statuses = Set(statuses)
    query.tags = tags
    return query
  }

  /// Which of `runs` (newest first) go. Pure, so that what is deleted can be tested without deleting.
  func doomed(_ runs: [RunSummary], now: Date) -> [RunSummary] {
    let candidates = runs.filter { run in
      guard run.status.isTerminal, run.damage == nil else { return false }
      guard let olderThan else { return true }
      return now.timeIntervalSince(run.finishedAt ?? run.createdAt) > olderThan.duration.inSeconds
    }
    return Array(candidates.dropFirst(keepLast?.number ?? 0))
  }
}
