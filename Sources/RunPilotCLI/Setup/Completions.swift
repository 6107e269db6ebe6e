import CommandLineKit

/// `runpilot completions`.
struct Completions: Command {
  static let name = "completions"
  static let summary = "Print a completion script for a shell"
  static let discussion =
    "How to use it:\n" + Shell.allCases.map { $0.installation(program: CommandTree.programName) }.joined(separator: "\n")
  static let examples = [Example("source <(runpilot completions bash)", "Complete commands, options, run ids and providers in this shell")]
  static let fields: [Field<Self>] = [.argument("shell", \.shell, "bash, zsh or fish")]
  var shell = Shell.bash

  func run(in world: World) async throws -> ExitStatus {
    try world.output.write(shell.completionScript(for: CommandTree.root.outline))
    return .ok
  }
}
