import CommandLineKit
import TerminalUI

/// `runpilot config set`.
struct ConfigSet: Command {
  static let name = "set"
  static let summary = "Change a setting"
  static let examples = [Example("runpilot config set default local", "Choose the provider when none is named")]
  static let fields: [Field<Self>] =
    [
      .argument("key", \.key, "The setting, as `runpilot config show` calls it", completion: .lines(of: ["config", "show", "-q"])),
      .argument("value", \.value, "Its new value"),
      .flag("project", \.project, "In the project's file instead of your own"),
    ] + OutputOptions.jsonOnly.within(\.output)

  var key = ""
  var value = ""
  var project = false
  var output = OutputOptions()

  func run(in world: World) async throws -> ExitStatus {
    try world.emit(SettingChangeReport(change: try await world.configuration().set(key, to: value, inProject: project)), output)
    return .ok
  }
}

/// A setting that was changed.
struct SettingChangeReport: Report {
  static let kind = "config-change"
  let change: SettingChange
  var ids: [String] { [change.name] }
  func encode(to encoder: any Encoder) throws { try change.encode(to: encoder) }
  func text(_ page: Page) -> String {
    let before = change.previous.map { " (was \($0))" } ?? ""
    return Printable.line("\(change.name) = \(change.value)\(before), in \(change.file)") + "\n"
  }
}
