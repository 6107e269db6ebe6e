/// The help of one command.
public struct HelpText: Sendable {
  private let path: [CommandOutline]
  private let width: Int
  private let heading: @Sendable (String) -> String

  /// Help for the last command of `path`, the program first.
  /// - Parameters:
  ///   - width: columns there are; lines are not made longer than 100 all the same.
  ///   - heading: makes a heading stand out.
  public init(path: [CommandOutline], width: Int, heading: @escaping @Sendable (String) -> String = { $0 }) {
    self.path = path
    self.width = min(100, max(40, width))
    self.heading = heading
  }

  /// The whole text, with a line feed at its end.
  public var text: String {
    guard let command = path.last else { return "" }
    let names = path.map(\.name)
    var blocks = [introduction(command), section("USAGE", ["  " + command.usage(path: names)])]
    if command.children.isEmpty {
      blocks += parameterSections(command)
    } else {
      blocks.append(commands(command))
    }
    blocks += [examples(command), exitCodes(command)]
    if !command.children.isEmpty {
      blocks.append(TextLayout.wrap("Run `\(names.joined(separator: " ")) <command> --help` for more.", width: width))
    }
    return blocks.filter { !$0.isEmpty }.map { $0.joined(separator: "\n") }.joined(separator: "\n\n") + "\n"
  }

  private func introduction(_ command: CommandOutline) -> [String] {
    var lines = TextLayout.wrap(command.summary + ".", width: width)
    if !command.discussion.isEmpty { lines += [""] + TextLayout.wrap(command.discussion, width: width) }
    return lines
  }

  private func section(_ title: String, _ lines: [String]) -> [String] { lines.isEmpty ? [] : [heading(title)] + lines }

  private func commands(_ command: CommandOutline) -> [String] {
    let entries = command.visibleChildren.map { child in
      (term: child.name, meaning: child.summary + (child.name == command.defaultChild ? " (default)" : ""))
    }
    return section("COMMANDS", TextLayout.definitions(entries, indent: 2, width: width))
  }

  private func parameterSections(_ command: CommandOutline) -> [[String]] {
    let shown = command.visibleParameters
    func lines(_ parameters: [Parameter]) -> [String] {
      TextLayout.definitions(parameters.map { ($0.term, $0.explanation) }, indent: 2, width: width)
    }
    return [
      section("ARGUMENTS", lines(shown.filter { !$0.isOption })),
      section("OPTIONS", lines(shown.filter(\.isOption))),
    ]
  }

  private func examples(_ command: CommandOutline) -> [String] {
    section("EXAMPLES", command.examples.flatMap { ["  \($0.line)"] + TextLayout.wrap($0.meaning, width: width - 6).map { "      " + $0 } })
  }

  private func exitCodes(_ command: CommandOutline) -> [String] {
    section("EXIT CODES", TextLayout.definitions(command.exitCodes.map { ($0.code, $0.meaning) }, indent: 2, width: width))
  }
}
