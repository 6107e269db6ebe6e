import Basics
import CommandLineKit
import Glibc
import TerminalUI

/// `runpilot init`.
struct Init: Command {
  static let name = "init"
  static let summary = "Write an example run file and script to start from"
  static let discussion = "Writes runpilot.yaml and train.py into the folder. A file that is there already is never touched."
  static let examples = [
    Example("runpilot init", "In this folder"),
    Example("runpilot init demo && cd demo && runpilot run runpilot.yaml", "In a new one, and run it"),
  ]
  static let exitCodes = [
    ExitNote(.partial, "some of the files were there already and were left alone"),
    ExitNote(.cannotCreate, "all were there, or none could be written"),
  ]
  static let fields: [Field<Self>] =
    [.argument("folder", \.folder, "Where; this folder when left out", completion: .folders)] + OutputOptions.jsonOnly.within(\.output)

  var folder: String?
  var output = OutputOptions()

  func run(in world: World) async throws -> ExitStatus {
    let folder = Paths.resolve(folder ?? ".", from: world.workingDirectory)
    try Files.createFolder(folder)
    var report = InitReport(folder: folder)
    for (name, content) in [("runpilot.yaml", InitTemplates.runFile(name: runName(folder))), ("train.py", InitTemplates.script)] {
      if try writeIfMissing(content, to: folder + "/" + name) { report.written.append(name) } else { report.kept.append(name) }
    }
    if report.written.isEmpty { throw NothingToInitialise(folder: folder, files: report.kept) }
    try world.emit(report, output)
    return report.kept.isEmpty ? .ok : ExitStatus(.partial)
  }

  /// Exclusive creation: between looking and writing nobody can slip a file in.
  private func writeIfMissing(_ content: String, to path: String) throws -> Bool {
    do {
      try Descriptor.open(path, O_WRONLY | O_CREAT | O_EXCL).writeAll(Array(content.utf8), name: path)
      return true
    } catch  where error.code == EEXIST { return false }
  }

  /// The folder's name, as far as it can be a run's.
  private func runName(_ folder: String) -> String {
    let name = Paths.name(of: folder).map { $0.isASCII && ($0.isLetter || $0.isNumber || "-_".contains($0)) ? String($0) : "-" }.joined()
    return name.contains { $0.isLetter } ? name : "example"
  }
}

/// All files of `init` were there already.
struct NothingToInitialise: ExitCoded, Equatable {
  let folder: String
  let files: [String]
  var message: String { "\(files.joined(separator: " and ")) are in \(folder) already; nothing was written" }
  var hints: [String] { ["run it: `runpilot run runpilot.yaml`", "or begin in another folder: `runpilot init demo`"] }
  var exitCode: ExitCode { .cannotCreate }
}

/// What `init` wrote.
struct InitReport: Report {
  static let kind = "init"
  let folder: String
  var written: [String] = []
  var kept: [String] = []
  var ids: [String] { written }
  func text(_ page: Page) -> String {
    written.map { "wrote  \(folder)/\($0)\n" }.joined() + kept.map { "kept   \(folder)/\($0), which was there already\n" }.joined()
      + "next   runpilot run \(folder == page.world.workingDirectory ? "" : folder + "/")runpilot.yaml\n"
  }
}
