import Basics
import CommandLineKit
import ControlAPI
import FoundationEssentials
import TerminalUI
import TrainingModel

/// `runpilot resources protect`.
struct ResourcesProtect: Command {
  static let name = "protect"
  static let summary = "Keep resources from being destroyed, by anybody's clean-up and by themselves"
  static let discussion = "The machine's own end becomes a stop, so that its disk stays. Protected things go on costing what they cost."
  static let examples = [
    Example("runpilot resources protect i-0abc", "Until `unprotect`"),
    Example("runpilot resources protect i-0abc --for 3d", "Until then"),
  ]
  static let exitCodes = [ExitNote(.partial, "some of them were not protected")]
  static let fields: [Field<Self>] =
    [
      .arguments("resource", \.references, "Resources", completion: .resources),
      .option("for", \.span, "How long", value: "time"),
    ] + OutputOptions.fields.within(\.output)

  var references: [String] = []
  var span: Span?
  var output = OutputOptions()

  func run(in world: World) async throws -> ExitStatus {
    let until = span.map { world.now().addingTimeInterval($0.duration.inSeconds) }
    let report = ResourceChangesReport(changes: try await world.resources().protect(references, until: until))
    try world.emit(report, output)
    return report.status
  }
}

/// `runpilot resources unprotect`.
struct ResourcesUnprotect: Command {
  static let name = "unprotect"
  static let summary = "Take protection back"
  static let examples = [Example("runpilot resources unprotect i-0abc", "It may go again")]
  static let exitCodes = [ExitNote(.partial, "some of them are still protected")]
  static let fields: [Field<Self>] =
    [.arguments("resource", \.references, "Resources", completion: .resources)] + OutputOptions.fields.within(\.output)

  var references: [String] = []
  var output = OutputOptions()

  func run(in world: World) async throws -> ExitStatus {
    let report = ResourceChangesReport(changes: try await world.resources().unprotect(references))
    try world.emit(report, output)
    return report.status
  }
}
