import CommandLineKit
import ControlAPI

/// `runpilot plugins pin`.
struct PluginsPin: Command {
  static let name = "pin"
  static let summary = "Trust a plugin as it is now"
  static let discussion = """
    When a plugin is first used its digest is remembered, and another file in its place is not run. After an update that you trust, or a change of \
    your own, say so with this command.
    """
  static let examples = [Example("runpilot plugins pin ./runpilot-provider-lab", "After it was changed")]
  static let fields: [Field<Self>] =
    [.argument("plugin", \.plugin, "Its path, or its name in the plugin folders")] + OutputOptions.fields.within(\.output)

  var plugin = ""
  var output = OutputOptions()

  func run(in world: World) async throws -> ExitStatus {
    try world.emit(PluginListReport(plugins: [try await world.plugins().pin(plugin)]), output)
    return .ok
  }
}
