/// A command or a group of commands as help, completions and documentation see it: names and words, no types.
public struct CommandOutline: Sendable {
  /// The word that is typed.
  public let name: String
  /// Other words for it.
  public let aliases: [String]
  /// One line without a full stop.
  public let summary: String
  /// Paragraphs, possibly none.
  public let discussion: String
  /// Lines to copy.
  public let examples: [Example]
  /// Exit codes with a meaning of their own.
  public let exitCodes: [ExitNote]
  /// Works, but is not shown.
  public let isHidden: Bool
  /// Commands below this one; empty for a command that does something.
  public let children: [CommandOutline]
  /// The child that is meant when none is named.
  public let defaultChild: String?
  /// Key paths cost time to make, so a command that is not asked for never makes its own.
  private let makeParameters: @Sendable () -> [Parameter]

  init(
    name: String, aliases: [String] = [], summary: String, discussion: String = "", examples: [Example] = [],
    exitCodes: [ExitNote] = [], isHidden: Bool = false, children: [CommandOutline] = [], defaultChild: String? = nil,
    parameters: @escaping @Sendable () -> [Parameter] = { [] }
  ) {
    self.name = name
    self.aliases = aliases
    self.summary = summary
    self.discussion = discussion
    self.examples = examples
    self.exitCodes = exitCodes
    self.isHidden = isHidden
    self.children = children
    self.defaultChild = defaultChild
    makeParameters = parameters
  }

  /// Options, flags and arguments, with `--help` last.
  public var parameters: [Parameter] {
    var help = Parameter(name: "help", kind: .flag(negatable: false), summary: "Show this help")
    help.short = "h"
    return makeParameters() + [help]
  }

  /// Children that are shown.
  public var visibleChildren: [CommandOutline] { children.filter { !$0.isHidden } }

  /// Whether `word` names this command.
  public func answers(to word: String) -> Bool { name == word || aliases.contains(word) }
}
