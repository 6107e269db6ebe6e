import Basics
import CommandLineKit
import ControlAPI
import TerminalUI
import TrainingModel

/// `runpilot import`.
struct RunImport: Command {
  static let name = "import"
  static let summary = "Take in an archived run"
  static let discussion = """
    A run of another home gets a new id here. Archives are checked before anything is kept: checksums, and paths that would leave the folder. \
    What would unpack to more than 200 times its size (2 GiB at least) is refused; RUNPILOT_IMPORT_LIMIT=50g sets another limit.
    """
  static let examples = [
    Example("runpilot import rp_0001.tar.gz", "Take in a run"),
    Example("runpilot import rp_0001.tar.gz --force", "Replace the same run"),
  ]
  static let exitCodes = [ExitNote(.badInput, "the archive is damaged or dangerous; nothing was kept")]
  static let fields: [Field<Self>] =
    [
      .argument("file", \.file, "A tar.gz archive", completion: .files(["tar.gz", "tgz"])),
      .flag("force", \.force, "Replace the same run when it is here already", short: "f"),
    ] + OutputOptions.fields.within(\.output)

  var file = ""
  var force = false
  var output = OutputOptions()

  func run(in world: World) async throws -> ExitStatus {
    let report = try await world.runs().importArchive(Paths.resolve(file, from: world.workingDirectory), replace: force)
    try world.emit(ImportedReport(record: report.record, notes: report.notes), output)
    return .ok
  }
}

/// A run that was taken in.
struct ImportedReport: Report {
  static let kind = "import"
  let record: RunRecord
  let notes: [String]
  var ids: [String] { [record.id.rawValue] }
  func text(_ page: Page) -> String {
    "\(record.id)  \(Printable.line(record.name))\n" + notes.map { "  note: \(Printable.line($0))\n" }.joined()
  }
}
