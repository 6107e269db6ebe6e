import Basics
import CommandLineKit
import ControlAPI
import FoundationEssentials
import TerminalUI
import TrainingModel

/// What `stop` and `start` share.
private enum PowerWords {
  static let exitCodes = [ExitNote(.partial, "some of them were not changed")]
}

/// `runpilot resources stop`.
struct ResourcesStop: Command {
  static let name = "stop"
  static let summary = "Stop machines, so that only their disks cost"
  static let discussion = "Says what goes on costing. A stopped machine still ends at its time, unless it is protected."
  static let examples = [Example("runpilot resources stop i-0abc", "Keep its disk, and pay for nothing else")]
  static let exitCodes = PowerWords.exitCodes
  static let fields: [Field<Self>] =
    [.arguments("resource", \.references, "Resources", completion: .resources)] + OutputOptions.fields.within(\.output)

  var references: [String] = []
  var output = OutputOptions()

  func run(in world: World) async throws -> ExitStatus {
    let report = ResourceChangesReport(changes: try await world.resources().pause(references, .stop))
    try world.emit(report, output)
    return report.status
  }
}

/// `runpilot resources start`.
struct ResourcesStart: Command {
  static let name = "start"
  static let summary = "Start stopped machines again"
  static let examples = [Example("runpilot resources start i-0abc", "It costs its full price from now on")]
  static let exitCodes = PowerWords.exitCodes
  static let fields: [Field<Self>] =
    [.arguments("resource", \.references, "Resources", completion: .resources)] + OutputOptions.fields.within(\.output)

  var references: [String] = []
  var output = OutputOptions()

  func run(in world: World) async throws -> ExitStatus {
    let report = ResourceChangesReport(changes: try await world.resources().pause(references, .start))
    try world.emit(report, output)
    return report.status
  }
}

/// `runpilot resources stop-all`.
struct ResourcesStopAll: Command {
  static let name = "stop-all"
  static let summary = "Stop every machine of ours"
  static let examples = [Example("runpilot resources stop-all --yes", "Without asking")]
  static let exitCodes = PowerWords.exitCodes
  static let fields: [Field<Self>] = [.flag("yes", \.yes, "Do not ask", short: "y")] + OutputOptions.fields.within(\.output)

  var yes = false
  var output = OutputOptions()

  func run(in world: World) async throws -> ExitStatus {
    let service = try await world.resources()
    let listing = try await service.resources(ResourceQuery())
    let running = listing.resources.filter {
      $0.standing == .ours && $0.row.kind == "machine" && [.observed, .ready].contains($0.row.state)
    }
    world.say(listing.gaps)
    guard !running.isEmpty else {
      world.errors.say("no machine of ours runs")
      return listing.gaps.isEmpty ? .ok : ExitStatus(.partial)
    }
    try world.errors.write(
      ResourceListReport(listing: ResourceListing(resources: running)).text(Page(terminal: world.errors.facts, world: world)))
    try world.requireConfirmation(
      "Stop \(running.count == 1 ? "this machine" : "these \(running.count) machines")? Their jobs are stopped with them.", yes: yes)
    let report = ResourceChangesReport(changes: try await service.pause(running.map(ResourceWords.id), .stop))
    try world.emit(report, output)
    return listing.gaps.isEmpty ? report.status : ExitStatus(.partial)
  }
}
