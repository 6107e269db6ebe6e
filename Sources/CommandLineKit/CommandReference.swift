/// The whole tree as one Markdown page, so that the page cannot say other things than the program.
public struct CommandReference: Sendable {
  private let root: CommandOutline
  private let introduction: String

  /// A page that begins with `introduction` (Markdown).
  public init(root: CommandOutline, introduction: String) {
    self.root = root
    self.introduction = introduction
  }

  /// The page, with a line feed at its end.
  public var markdown: String {
    var blocks = [introduction, "## Commands", table(of: root, path: [root.name])]
    for child in root.visibleChildren { blocks += pages(child, path: [root.name, child.name]) }
    return blocks.filter { !$0.isEmpty }.joined(separator: "\n\n") + "\n"
  }

  private func pages(_ command: CommandOutline, path: [String]) -> [String] {
    let level = String(repeating: "#", count: min(path.count, 4))
    var blocks = ["\(level) `\(path.joined(separator: " "))`", sentence(command.summary)]
    if !command.discussion.isEmpty { blocks.append(command.discussion) }
    blocks.append("```\n\(command.usage(path: path))\n```")
    guard command.children.isEmpty else {
      blocks.append(table(of: command, path: path))
      return blocks + command.visibleChildren.flatMap { pages($0, path: path + [$0.name]) }
    }
    blocks.append(parameterTable(command))
    blocks.append(examples(command))
    blocks.append(exitCodes(command))
    return blocks
  }

  private func table(of command: CommandOutline, path: [String]) -> String {
    let rows = command.visibleChildren.map { child in
      "| [`\((path + [child.name]).joined(separator: " "))`](#\(anchor(path + [child.name]))) | \(cell(child.summary)) |"
    }
    return (["| command | what |", "|---|---|"] + rows).joined(separator: "\n")
  }

  private func parameterTable(_ command: CommandOutline) -> String {
    let rows = command.visibleParameters.map { "| \(code($0.term.drop { $0 == " " })) | \(cell($0.explanation)) |" }
    return (["| | |", "|---|---|"] + rows).joined(separator: "\n")
  }

  private func examples(_ command: CommandOutline) -> String {
    if command.examples.isEmpty { return "" }
    return (["```sh"] + command.examples.flatMap { ["# \($0.meaning)", $0.line] } + ["```"]).joined(separator: "\n")
  }

  private func exitCodes(_ command: CommandOutline) -> String {
    if command.exitCodes.isEmpty { return "" }
    return "Exit codes: " + command.exitCodes.map { "`\($0.code)` \($0.meaning)" }.joined(separator: "; ") + "."
  }

  private func sentence(_ text: String) -> String { text + "." }

  /// GitHub's anchor of a heading made of words in backticks.
  private func anchor(_ path: [String]) -> String { path.joined(separator: "-") }

  private func cell(_ text: String) -> String { text.split(separator: "|", omittingEmptySubsequences: false).joined(separator: "\\|") }

  private func code(_ text: some StringProtocol) -> String { "`\(cell(String(text)))`" }
}
