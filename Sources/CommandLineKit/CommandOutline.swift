/// A command or a group of commands as help, completions and documentation see it: names and words, no types.
public struct CommandOutline: Sendable {
  /// The word that is typed.
  public let name: String
  /// Other words for it.
  public let aliases: [String]
  /// One line without a full stop.
  public let summary: String
  /// Works, but is not shown.
  public let isHidden: Bool
  /// The child that is meant when none is named.
  public let defaultChild: String?
  // Texts and key paths cost time to make, so a command that is not asked for never makes its own.
  private let makeTexts: @Sendable () -> Texts
  private let makeChildren: @Sendable () -> [CommandOutline]
  private let makeParameters: @Sendable () -> [Parameter]

  /// What only readers of help need.
  struct Texts: Sendable {
    var discussion = ""
    var examples: [Example] = []
    var exitCodes: [ExitNote] = []
  }

  init(
    name: String, aliases: [String] = [], summary: String, isHidden: Bool = false, defaultChild: String? = nil,
    texts: @escaping @Sendable () -> Texts, children: @escaping @Sendable () -> [CommandOutline] = { [] },
    parameters: @escaping @Sendable () -> [Parameter] = { [] }
  ) {
    self.name = name
    self.aliases = aliases
    self.summary = summary
    self.isHidden = isHidden
    self.defaultChild = defaultChild
    makeTexts = texts
    makeChildren = children
    makeParameters = parameters
  }

  /// Paragraphs, possibly none.
  public var discussion: String { makeTexts().discussion }
  /// Lines to copy.
  public var examples: [Example] { makeTexts().examples }
  /// Exit codes with a meaning of their own.
  public var exitCodes: [ExitNote] { makeTexts().exitCodes }
  /// Commands below this one; empty for a command that does something.
  public var children: [CommandOutline] { makeChildren() }

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
