import Basics
import CommandLineKit
import TerminalUI

/// `runpilot config validate`.
struct ConfigValidate: Command {
  static let name = "validate"
  static let summary = "Check run files and settings without running anything"
  static let examples = [
    Example("runpilot config validate", "All configuration of this project"),
    Example("runpilot config validate train.yaml", "One run file"),
  ]
  static let exitCodes = [ExitNote(.configuration, "something is wrong; each problem is shown with its line")]
  static let fields: [Field<Self>] =
    [.argument("file", \.file, "A run file or providers.toml", completion: .files(["yaml", "yml", "toml"]))]
    + OutputOptions.jsonOnly.within(\.output)

  var file: String?
  var output = OutputOptions()

  func run(in world: World) async throws -> ExitStatus {
    let path = file.map { Paths.resolve($0, from: world.workingDirectory) }
    let report = ValidationReport(files: try await world.configuration().validate(path))
    try world.emit(report, output)
    return report.files.allSatisfy(\.problems.isEmpty) ? .ok : ExitStatus(.configuration)
  }
}

/// What is wrong with files.
struct ValidationReport: Report {
  static let kind = "validation"
  let files: [FileReview]
  var ids: [String] { files.filter { !$0.problems.isEmpty }.map(\.file) }

  func text(_ page: Page) -> String {
    files.map { review in
      let painter = page.painter
      let head = review.problems.isEmpty ? painter.paint("ok", .green) : painter.paint("wrong", .red)
      return "\(head)  \(Printable.line(review.file))\n" + review.problems.map { Printable.lines($0) + "\n" }.joined()
    }.joined()
  }
}
