import Basics
import CommandLineKit
import ControlAPI
import TerminalUI
import TrainingModel

/// `runpilot providers show`.
struct ProvidersShow: Command {
  static let name = "show"
  static let summary = "Show a provider's settings and what it can do"
  static let examples = [Example("runpilot providers show local", "Settings, powers and where credentials come from")]
  static let fields: [Field<Self>] =
    [.argument("provider", \.id, "The provider's name in providers.toml", completion: .providers)] + OutputOptions.jsonOnly.within(\.output)

  var id = ""
  var output = OutputOptions()

  func run(in world: World) async throws -> ExitStatus {
    let all = try await world.providers().providers()
    guard let provider = all.first(where: { $0.id.rawValue == id }) else { throw NoSuchProvider(name: id, known: all.map(\.id.rawValue)) }
    try world.emit(ProviderReport(provider: provider), output)
    return .ok
  }
}

/// A name that providers.toml does not hold.
struct NoSuchProvider: ExitCoded, Equatable {
  let name: String
  let known: [String]
  var message: String {
    "no provider '\(name)' in providers.toml" + (Suggestion.nearest(to: name, among: known).map { "; did you mean '\($0)'?" } ?? "")
  }
  var hints: [String] { ["see which there are: `runpilot providers`"] }
  var exitCode: ExitCode { .notFound }
}

/// All there is to know about one provider.
struct ProviderReport: Report {
  static let kind = "provider"
  let provider: ProviderSummary
  var ids: [String] { [provider.id.rawValue] }

  func encode(to encoder: any Encoder) throws { try provider.encode(to: encoder) }

  func text(_ page: Page) -> String {
    var sheet = FactSheet()
    sheet.add("module", provider.module)
    sheet.add("what", provider.summary)
    sheet.add("default", provider.isDefault ? "yes" : "no")
    sheet.add("from", provider.origin)
    sheet.add("credentials", lines: provider.credentials.map { Cell($0) })
    var text = page.painter.paint(provider.id.rawValue, .bold) + "\n\n" + sheet.text(page.terminal)
    if !provider.settings.isEmpty {
      let rows = provider.settings.map { [Cell($0.name), Cell($0.value ?? "-"), Cell($0.summary)] }
      text += "\n" + Table([.init("SETTING"), .init("VALUE", minimum: 8), .init("MEANS", minimum: 20)], rows: rows).text(page.terminal)
    }
    if !provider.powers.isEmpty {
      let rows = provider.powers.map { [Cell($0.name), Cell($0.available ? "yes" : "no", $0.available ? .green : nil), Cell($0.note)] }
      text += "\n" + Table([.init("POWER"), .init("THERE"), .init("HOW", minimum: 20)], rows: rows).text(page.terminal)
    }
    return text
  }
}
