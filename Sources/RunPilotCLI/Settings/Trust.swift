import CommandLineKit
import TerminalUI

/// `runpilot trust`.
struct Trust: Command {
  static let name = "trust"
  static let summary = "Let this project's providers.toml set commands, endpoints and credentials"
  static let discussion = """
    A folder that was cloned from somewhere must not run programs or take keys by itself. Trust holds for this folder with this content: \
    when the file changes, it is asked again.
    """
  static let examples = [
    Example("runpilot trust", "Show what would be allowed, and ask"),
    Example("runpilot trust --revoke", "Take it back"),
  ]
  static let fields: [Field<Self>] =
    [.flag("revoke", \.revoke, "Take trust back"), .flag("yes", \.yes, "Do not ask", short: "y")] + OutputOptions.jsonOnly.within(\.output)

  var revoke = false
  var yes = false
  var output = OutputOptions()

  func run(in world: World) async throws -> ExitStatus {
    let configuration = try await world.configuration()
    if !revoke { try world.requireConfirmation("Trust the configuration in \(world.workingDirectory)?", yes: yes) }
    try world.emit(TrustResult(report: try await configuration.trust(revoke: revoke)), output)
    return .ok
  }
}

/// What trust is now.
struct TrustResult: Report {
  static let kind = "trust"
  let report: TrustReport
  var ids: [String] { [report.folder] }
  func encode(to encoder: any Encoder) throws { try report.encode(to: encoder) }
  func text(_ page: Page) -> String {
    "\(report.isTrusted ? "trusted" : "not trusted")  \(Printable.line(report.folder))\n"
      + report.grants.map { "  \(Printable.line($0))\n" }.joined()
  }
}
