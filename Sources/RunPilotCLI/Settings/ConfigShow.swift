import CommandLineKit
import TerminalUI

/// `runpilot config show`.
struct ConfigShow: Command {
  static let name = "show"
  static let summary = "Show the settings in force"
  static let examples = [Example("runpilot config show --origin", "With the file and line, variable or default each came from")]
  static let fields: [Field<Self>] = [.flag("origin", \.origin, "Say where each came from")] + OutputOptions.jsonOnly.within(\.output)

  var origin = false
  var output = OutputOptions()

  func run(in world: World) async throws -> ExitStatus {
    try world.emit(SettingsReport(settings: try await world.configuration().settings(), showsOrigin: origin), output)
    return .ok
  }
}

/// Settings, a row each.
struct SettingsReport: Report {
  static let kind = "config"
  let settings: [SettingLine]
  let showsOrigin: Bool

  var ids: [String] { settings.map(\.name) }
  private enum CodingKeys: CodingKey { case settings }

  func text(_ page: Page) -> String {
    var columns: [Table.Column] = [.init("SETTING"), .init("VALUE", minimum: 12)]
    if showsOrigin { columns.append(.init("FROM", minimum: 20, cut: .middle)) }
    return Table(columns, rows: settings.map { [Cell($0.name, .bold), Cell($0.value)] + (showsOrigin ? [Cell($0.origin)] : []) })
      .text(page.terminal)
  }
}
