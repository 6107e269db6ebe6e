import CommandLineKit
import ControlAPI

/// `runpilot plugins serve`.
struct PluginsServe: Command {
  static let name = "serve"
  static let summary = "Serve a built-in provider as a plugin, on stdin and stdout"
  static let discussion =
    "For programs that speak the protocol of docs/plugin-protocol.md, and for tests: what a built-in provider does, a plugin can do."
  static let examples = [Example("runpilot plugins serve local", "Answer requests, one JSON object a line")]
  static let fields: [Field<Self>] = [.argument("module", \.module, "The module's name", completion: .providers)]

  var module = ""

  func run(in world: World) async throws -> ExitStatus {
    try await world.plugins().serve(module)
    return .ok
  }
}
