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
    try world.emit(TrustResult(report: try await outcome(configuration, world)), output)
    return .ok
  }

  /// Nobody is asked for what is allowed already; what is asked for is shown first, and only that is then allowed.
  private func outcome(_ configuration: any ConfigurationService, _ world: World) async throws -> TrustReport {
    if revoke { return try await configuration.revokeTrust() }
    let asked = try await configuration.trust()
    guard !asked.isTrusted else { return asked }
    if !yes {
      world.errors.say("providers.toml in \(Printable.line(asked.folder)) would set:")
      for grant in asked.grants { world.errors.say("  \(Printable.line(grant))") }
    }
    try world.requireConfirmation("Trust it, as it is now?", yes: yes)
    return try await configuration.trust(content: asked.content)
  }
}

/// How it stands with trust now.
struct TrustResult: Report {
  static let kind = "trust"
  let report: TrustReport
  var ids: [String] { [report.folder] }
  func encode(to encoder: any Encoder) throws { try report.encode(to: encoder) }
  func text(_ page: Page) -> String {
    let standing = report.isTrusted ? report.grants.isEmpty ? "nothing needs trust" : "trusted" : "not trusted"
    return "\(standing)  \(Printable.line(report.folder))\n" + report.grants.map { "  \(Printable.line($0))\n" }.joined()
  }
}
