import CommandLineKit
import ControlAPI
import TrainingModel

/// `runpilot compare`.
struct RunCompare: Command {
  static let name = "compare"
  static let summary = "Compare runs side by side"
  static let discussion = "Shows what differs: hyperparameters, code, image, and how the numbers came out."
  static let examples = [
    Example("runpilot compare rp_0001 rp_0002", "Two runs"),
    Example("runpilot compare --tag sweep-4k2m9x", "All runs of a sweep"),
  ]
  static let fields: [Field<Self>] =
    [
      .arguments("id", \.references, "Two or more runs", required: false, completion: .runs),
      .option("tag", \.tag, "All runs with this label", short: "t"),
      .flag("all", \.all, "Also show what is the same in all", short: "a"),
    ] + OutputOptions.jsonOnly.within(\.output)

  var references: [String] = []
  var tag: String?
  var all = false
  var output = OutputOptions()

  func run(in world: World) async throws -> ExitStatus {
    let runs = try await world.runs()
    var references = references
    if let tag {
      var query = RunQuery()
      query.tags = [tag]
      references += try await runs.runs(query).map(\.id.rawValue).reversed()
    }
    let records = references.isEmpty ? [] : try await runs.resolve(references)
    guard records.count > 1 else {
      throw UsageError(
        .other(
          "\(records.isEmpty ? "no run" : "one run") has nothing to be compared with",
          hint: "name two: `runpilot compare \(references.first ?? "rp_0001") @latest`"),
        in: ["runpilot", Self.name])
    }
    var entries: [ComparisonReport.Entry] = []
    for record in records { entries.append(.init(record: record, metrics: try await runs.metrics(of: record.id)?.summary ?? [:])) }
    try world.emit(ComparisonReport(entries: entries, showsAll: all), output)
    return .ok
  }
}
