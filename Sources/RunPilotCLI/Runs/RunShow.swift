import CommandLineKit
import ControlAPI
import TrainingModel

/// `runpilot show`.
struct RunShow: Command {
  static let name = "show"
  static let summary = "Show everything about a run"
  static let examples = [
    Example("runpilot show @latest", "The last run"),
    Example("runpilot show rp_0001 --json", "For programs"),
  ]
  static let fields: [Field<Self>] =
    [.argument("id", \.id, "The run: an id, a unique prefix, a number, or @latest", completion: .runs)]
    + OutputOptions.fields.within(\.output)

  var id = ""
  var output = OutputOptions()

  func run(in world: World) async throws -> ExitStatus {
    let runs = try await world.runs()
    let record = try await runs.run(id)
    var report = RunReport(record: record, metrics: try await runs.metrics(of: record.id), outputs: try await runs.outputs(of: record.id))
    if let repeated = record.origin?.rerunOf {
      // It may have been deleted, or be in another home: then its uid is all there is to say.
      report.repeated = try? await runs.run(repeated)
    }
    try world.emit(report, output)
    return .ok
  }
}
