import CommandLineKit
import ControlAPI
import TerminalUI

/// `runpilot plugins list`.
struct PluginsList: Command {
  static let name = "list"
  static let aliases = ["ls"]
  static let summary = "List providers in other programs; runs none of them"
  static let examples = [Example("runpilot plugins", "What is installed, and whether it is what it was")]
  static let fields: [Field<Self>] = OutputOptions.fields.within(\.output)
  var output = OutputOptions()

  func run(in world: World) async throws -> ExitStatus {
    try world.emit(PluginListReport(plugins: try await world.plugins().plugins()), output)
    return .ok
  }
}

/// Plugins, a row each.
struct PluginListReport: Report {
  static let kind = "plugins"
  let plugins: [PluginSummary]
  var ids: [String] { plugins.map(\.path) }

  func text(_ page: Page) -> String {
    guard !plugins.isEmpty else { return "no plugins\n" }
    return Table(
      [
        .init("NAME"), .init("VERSION"), .init("FILE"), .init("USED BY"), .init("WHAT", minimum: 20),
        .init("PATH", rank: 1, minimum: 14, cut: .middle),
      ],
      rows: plugins.map { plugin in
        let note = plugin.problem ?? plugin.shadowedBy.map { "not used: \($0) comes first" } ?? plugin.summary
        return [
          Cell(plugin.name, .bold), Cell(plugin.version ?? "-"),
          Cell(plugin.pin.rawValue, plugin.pin == .changed || plugin.pin == .missing ? .red : nil),
          Cell(plugin.entries.isEmpty ? "-" : plugin.entries.joined(separator: ", ")), Cell(note), Cell(plugin.path),
        ]
      }
    ).text(page.terminal)
  }
}
