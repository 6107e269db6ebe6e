import Basics
import CommandLineKit
import ControlAPI
import TerminalUI

/// `runpilot plugins test`.
struct PluginsTest: Command {
  static let name = "test"
  static let summary = "Hold a plugin against what every provider promises"
  static let discussion = """
    Makes and destroys things under the settings that the plugin's manifest names as `sandbox`, or that are given here, and breaks things on purpose: \
    the plugin is killed, asked twice, cut short and misunderstood. Prints TAP, or with --json one object. A level is reached when all of its promises \
    are kept.
    """
  static let examples = [
    Example("runpilot plugins test ./runpilot-provider-lab", "In its own sandbox"),
    Example("runpilot plugins test lab --set folder=/tmp/lab", "With other settings"),
  ]
  static let exitCodes = [ExitNote(.partial, "some promises are not kept"), ExitNote(.unavailable, "the plugin could not be talked to")]
  static let fields: [Field<Self>] =
    [
      .argument("plugin", \.plugin, "Its path, or its name in the plugin folders"),
      .options("set", \.settings, "A setting of the sandbox; may be repeated", value: "key=value"),
    ] + OutputOptions.fields.within(\.output)

  var plugin = ""
  var settings: [Assignment] = []
  var output = OutputOptions()

  func run(in world: World) async throws -> ExitStatus {
    let service = try await world.plugins()
    let asTAP = !output.json && !output.quiet
    if asTAP { try world.output.write("TAP version 13\n") }
    let verdict = try await service.test(plugin, settings: settings.values) { check in
      // Each line when it is known: some take a while.
      if asTAP { try? world.output.write(PluginTestReport.line(check)) }
    }
    let report = PluginTestReport(verdict: verdict)
    if asTAP { try world.output.write(report.summary) } else { try world.emit(report, output) }
    return verdict.isPassed ? .ok : ExitStatus(.partial)
  }
}

/// What came of it, in the form of TAP 13 (testanything.org).
struct PluginTestReport: Report {
  static let kind = "plugin-test"
  let verdict: PluginVerdict
  var ids: [String] { verdict.levels }
  func encode(to encoder: any Encoder) throws { try verdict.encode(to: encoder) }
  func text(_ page: Page) -> String { "TAP version 13\n" + verdict.checks.map(Self.line).joined() + summary }

  /// A check's line, with what was seen below it.
  static func line(_ check: PluginCheck) -> String {
    let words = "\(check.number) - \(check.level): \(Printable.line(check.name).replacing("#", with: "no."))"
    switch check.outcome {
    case .passed: return "ok \(words)\n"
    case .skipped: return "ok \(words) # SKIP \(Printable.line(check.detail ?? ""))\n"
    case .failed:
      return "not ok \(words)\n" + (check.detail ?? "").split(separator: "\n").map { "# \(Printable.line(String($0)))\n" }.joined()
    }
  }

  /// The plan, and the levels that were reached.
  var summary: String {
    let levels = verdict.levels.isEmpty ? "none" : verdict.levels.joined(separator: ", ")
    return "1..\(verdict.checks.count)\n# \(Printable.line(verdict.plugin)): levels reached: \(levels)\n"
  }
}
