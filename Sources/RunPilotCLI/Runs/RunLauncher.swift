import Basics
import CommandLineKit
import ControlAPI
import TerminalUI
import TrainingModel

/// Submits a run and follows it, or leaves it to itself.
struct RunLauncher {
  let world: World
  let output: OutputOptions
  let detach: Bool

  func launch(_ request: RunRequest) async throws -> ExitStatus {
    let runs = try await world.runs()
    let signals = detach ? nil : world.signals()
    let view = FollowView(world: world, quiet: output.quiet, notes: .none)
    defer { view.clear() }
    let record = try await runs.submit(request) { view.show(.progress($0)) }
    view.clear()
    world.say(notes: record.warnings.filter { !request.notes.contains($0) })
    if detach {
      try world.emit(StartReport(record: record), output)
      if !output.quiet, !output.json { sayNextSteps(record) }
      return .ok
    }
    if !output.quiet { world.errors.say(announcement(record)) }
    let session = FollowSession(
      world: world, runs: runs, ending: .stopsJob, output: output, signals: signals, saidNotes: request.notes + record.warnings)
    return try await session.follow(record.id, tail: nil)
  }

  /// "rp_0001 digits on local, in /home/me/digits".
  private func announcement(_ record: RunRecord) -> String {
    var place = "on \(record.provider)"
    if let rental = record.rental {
      place += ", \(rental.place.words)"
      place += rental.hourly.map { " at \($0.shortText)/h" } ?? " at an unknown price"
      place += ", to end by \(world.times.stamp(rental.expiresAt))"
    }
    if let image = record.image { place += " in \(image)" }
    if let folder = record.projectFolder { place += ", from \(folder)" }
    let asked = record.fellBackFrom.map { " (\($0) is not available)" } ?? ""
    return world.errors.painter.paint(record.id.rawValue, .bold) + " " + Printable.line("\(record.name) \(place)\(asked)")
  }

  private func sayNextSteps(_ record: RunRecord) {
    world.errors.say("follow it: runpilot attach \(record.id)")
    world.errors.say("stop it:   runpilot stop \(record.id)")
  }
}

/// A run that has just been started.
struct StartReport: Report {
  static let kind = "run"
  let record: RunRecord
  var ids: [String] { [record.id.rawValue] }
  func text(_ page: Page) -> String { "\(record.id)\n" }
  func encode(to encoder: any Encoder) throws { try record.encode(to: encoder) }
}
