import Basics
import CommandLineKit
import TerminalUI

/// Does what the words after the program's name ask for.
///
/// - Returns: the exit code of the process; see `docs/cli.md`.
public func runCLI(arguments: [String], world: World) async -> Int32 {
  // Known before parsing, so that a slip in the command line is answered in the form the caller reads.
  let ours = arguments.prefix { $0 != "--" }
  let wantsJSON = ours.contains("--json")
  do {
    switch try CommandTree.root.request(ours.map { world.spellings[$0] ?? $0 } + arguments.dropFirst(ours.count)) {
    case .run(_, let ready): return try await ready(world).code
    case .help(let path):
      let painter = world.output.painter
      let help = HelpText(path: path, width: world.output.facts.columns ?? 80) { painter.paint($0, .bold) }
      try world.output.write(help.text)
      return ExitStatus.ok.code
    }
  } catch {
    return world.report(error, asJSON: wantsJSON).code
  }
}
