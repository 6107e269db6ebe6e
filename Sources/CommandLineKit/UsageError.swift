public import Basics

/// A command line that asks for nothing that exists.
public struct UsageError: ExitCoded, Equatable {
  /// What is wrong with it.
  public enum Kind: Sendable, Equatable {
    /// `suggestion` is the option that was probably meant; `hasRest` when the command passes words on after `--`.
    case unknownOption(String, suggestion: String?, hasRest: Bool)
    /// A word that names no command of the group, and what there is.
    case unknownCommand(String, suggestion: String?)
    /// A group was named, but none of its commands.
    case missingCommand([String])
    /// `next` is the word that stood where the value should.
    case missingValue(option: String, expectation: String, next: String?)
    /// `--flag=value`.
    case valueNotTaken(option: String)
    /// A value that the option or argument cannot be.
    case badValue(String, for: String, expectation: String, suggestion: String?)
    /// Arguments that must be there and are not, as labels; `example` is a whole line that has them.
    case missingArguments([String], example: String?)
    /// One word too many.
    case unexpectedArgument(String, hasRest: Bool)
    /// Two options that exclude each other, as labels.
    case conflict(String, String)
    /// Words that are each right but make no sense together: the whole sentence, and the way out.
    case other(String, hint: String?)
  }

  /// What is wrong.
  public let kind: Kind
  /// The words that name the command, the program's first.
  public let path: [String]

  /// An error in the command named by `path`.
  public init(_ kind: Kind, in path: [String]) {
    self.kind = kind
    self.path = path
  }

  /// Always ``ExitCode/usage``.
  public var exitCode: ExitCode { .usage }

  /// A word that is no command and no option of the last outline of `path`.
  static func unknown(_ word: String, under path: [CommandOutline]) -> UsageError {
    let names = path.map(\.name)
    if word.hasPrefix("-") {
      let options = ["--help"] + (path.last?.visibleChildren.flatMap(\.aliases).filter { $0.hasPrefix("--") } ?? [])
      return UsageError(.unknownOption(word, suggestion: Suggestion.nearest(to: word, among: options), hasRest: false), in: names)
    }
    let known = path.last?.visibleChildren.flatMap { [$0.name] + $0.aliases } ?? []
    return UsageError(.unknownCommand(word, suggestion: Suggestion.nearest(to: word, among: known)), in: names)
  }
}
