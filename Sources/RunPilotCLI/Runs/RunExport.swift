import Basics
import CommandLineKit
import ControlAPI
import TerminalUI
import TrainingModel

/// `runpilot export`.
struct RunExport: Command {
  static let name = "export"
  static let summary = "Write a run's folder to a tar.gz archive"
  static let examples = [
    Example("runpilot export rp_0001", "Writes rp_0001.tar.gz here"),
    Example("runpilot export @latest -o /tmp/best.tar.gz", "Writes elsewhere"),
  ]
  static let fields: [Field<Self>] =
    [
      .argument("id", \.id, "The run", completion: .runs),
      .option("output", \.file, "The file to write", short: "o", value: "file", completion: .files(["tar.gz"])),
      .flag("force", \.force, "Replace a file that is there", short: "f"),
    ] + OutputOptions.jsonOnly.within(\.output)

  var id = ""
  var file: String?
  var force = false
  var output = OutputOptions()

  func run(in world: World) async throws -> ExitStatus {
    let runs = try await world.runs()
    let record = try await runs.run(id)
    let path = try world.target(file ?? "\(record.id).tar.gz", force: force)
    let size = try await runs.export(record.id, to: path)
    try world.emit(ExportReport(id: record.id, file: path, bytes: size), output)
    return .ok
  }
}

/// An archive that was written.
struct ExportReport: Report {
  static let kind = "export"
  let id: RunID
  let file: String
  let bytes: Int64
  var ids: [String] { [id.rawValue] }
  func text(_ page: Page) -> String { "\(id)  \(Printable.line(file))  \(ByteSize(bytes: bytes))\n" }
}
