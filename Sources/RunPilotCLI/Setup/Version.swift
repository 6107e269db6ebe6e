import CommandLineKit

/// `runpilot version`.
struct Version: Command {
  static let name = "version"
  static let aliases = ["--version", "-V"]
  static let summary = "Print the version"
  static let examples = [Example("runpilot version", "Which version this is")]
  static let fields: [Field<Self>] = OutputOptions.jsonOnly.within(\.output)
  var output = OutputOptions()

  func run(in world: World) async throws -> ExitStatus {
    try world.emit(VersionReport(version: world.version), output)
    return .ok
  }
}

/// The program's version.
struct VersionReport: Report {
  static let kind = "version"
  let version: String
  var ids: [String] { [version] }
  var line: String { "runpilot \(version)\n" }
  func text(_ page: Page) -> String { line }
}
