import CommandLineKit
import ControlAPI
import TerminalUI
import TrainingModel

/// `runpilot providers list`.
struct ProvidersList: Command {
  static let name = "list"
  static let aliases = ["ls"]
  static let summary = "List the providers of providers.toml"
  static let examples = [Example("runpilot providers", "Where jobs can run")]
  static let fields: [Field<Self>] = OutputOptions.fields.within(\.output)
  var output = OutputOptions()

  func run(in world: World) async throws -> ExitStatus {
    try world.emit(ProviderListReport(providers: try await world.providers().providers()), output)
    return .ok
  }
}

/// Providers, a row each.
struct ProviderListReport: Report {
  static let kind = "providers"
  let providers: [ProviderSummary]
  var ids: [String] { providers.map(\.id.rawValue) }

  func text(_ page: Page) -> String {
    Table(
      [
        .init("NAME"), .init("MODULE"), .init("DEFAULT", rank: 2), .init("WHAT", minimum: 20),
        .init("FROM", rank: 1, minimum: 14, cut: .middle),
      ],
      rows: providers.map { provider in
        [
          Cell(provider.id.rawValue, .bold), Cell(provider.module), Cell(provider.isDefault ? "yes" : ""), Cell(provider.summary),
          Cell(provider.origin),
        ]
      }
    ).text(page.terminal)
  }
}
