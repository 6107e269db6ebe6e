import CommandLineKit
import Testing

@testable import RunPilotCLI

@Suite struct CommandTreeTests {
  /// Every command and group with the words that name it.
  static func all(_ outline: CommandOutline = CommandTree.root.outline, above: [String] = []) -> [(path: [String], command: CommandOutline)]
  {
    let path = above + [outline.name]
    return [(path, outline)] + outline.children.flatMap { all($0, above: path) }
  }

  @Test("Every declaration is whole and none contradicts another")
  func declarations() {
    for (path, command) in Self.all() {
      let name = path.joined(separator: " ")
      #expect(!command.summary.isEmpty && !command.summary.hasSuffix("."), "\(name)")
      #expect(command.summary.first?.isUppercase == true, "\(name)")
      if command.children.isEmpty {
        #expect(!command.examples.isEmpty, "\(name) has no example")
        for example in command.examples { #expect(example.line.contains(path.prefix(2).joined(separator: " ")), "\(example.line)") }
      } else {
        let words = command.children.flatMap { [$0.name] + $0.aliases }
        #expect(Set(words).count == words.count, "\(name) has two commands of one name")
        if let fallback = command.defaultChild { #expect(command.children.contains { $0.name == fallback }) }
      }
      let longs = command.parameters.filter(\.isOption).flatMap(\.longNames)
      #expect(Set(longs).count == longs.count, "\(name): \(longs)")
      let shorts = command.parameters.compactMap(\.short)
      #expect(Set(shorts).count == shorts.count, "\(name): \(shorts)")
      for parameter in command.parameters {
        #expect(!parameter.summary.isEmpty && !parameter.summary.hasSuffix("."), "\(name) \(parameter.name)")
        if parameter.takesValue { #expect(!parameter.expectation.isEmpty, "\(name) \(parameter.name)") }
      }
      let places = command.parameters.map(\.kind).filter { if case .argument = $0 { true } else { false } }
      if let first = places.firstIndex(where: { if case .argument(_, repeats: true) = $0 { true } else { false } }) {
        #expect(first == places.count - 1, "\(name): nothing can stand behind a repeated argument")
      }
    }
  }

  @Test("Every example can be parsed")
  func examples() throws {
    for (path, command) in Self.all() {
      for example in command.examples where !example.line.contains("$(") && !example.line.contains("<(") {
        let line = example.line.split(separator: "&&").first { $0.contains("runpilot") } ?? ""
        let words = line.split(separator: " ").map { $0.filter { $0 != "'" } }
        #expect(throws: Never.self, "\(path): \(example.line)") { try CommandTree.root.request(Array(words.dropFirst())) }
      }
    }
  }

  @Test("docs/cli.md is what the program says of itself")
  func reference() throws {
    let introduction = """
      # Commands

      <!-- Made from the commands themselves by Tests/CommandLineTests: record it with RUNPILOT_RECORD=1 swift test --filter CommandTreeTests -->

      \(CommandTree.root.outline.summary). \(CommandTree.root.outline.discussion)

      Data goes to standard output, everything else to standard error. `--json` prints one object with a `schema`, `-q` prints ids only.
      In a terminal, tables are fitted to its width (`COLUMNS` beats what it says); in a pipe nothing is cut.
      `NO_COLOR`, `CLICOLOR_FORCE` and `TERM=dumb` are respected. `RUNPILOT_HOME` (default `~/.runpilot`) moves everything, everywhere.

      ## Exit codes

      | code | meaning |
      |---|---|
      \(CommandTree.root.outline.exitCodes.map { "| \($0.code) | \($0.meaning) |" }.joined(separator: "\n"))

      `run`, `rerun`, `attach` and `logs -f` end as the job does:

      | code | meaning |
      |---|---|
      \(CommandTree.jobExitCodes.map { "| \($0.code) | \($0.meaning) |" }.joined(separator: "\n"))

      `reason` in `run.json` and in `--json` tells the job's codes from ours.

      ## Signals

      `run`, `rerun` and `attach`: Ctrl-C asks the job to stop, a second one kills it, a third one leaves it alone.
      SIGTERM, SIGHUP and SIGKILL are meant for the command, not for the job: the job goes on, and `runpilot attach` follows it again.
      `logs -f` only watches: any signal ends the watching.
      """
    Snapshot.expect(CommandReference(root: CommandTree.root.outline, introduction: introduction).markdown, isRepositoryFile: "docs/cli.md")
  }

  @Test("Completion scripts of the real tree are accepted by the shells", arguments: [Shell.bash, .zsh, .fish])
  func completions(_ shell: Shell) throws {
    if shell != .bash, !CompletionTests.isInstalled(shell) { return }
    #expect(try CompletionTests.output(of: "\(shell.rawValue) -n", shell.completionScript(for: CommandTree.root.outline)) == "")
  }
}
