/// What there is to know about one option, flag or argument of a command, without the command's type.
public struct Parameter: Sendable {
  /// How a parameter is written.
  public enum Kind: Sendable, Hashable {
    /// `--name`, and `--no-name` when it can be denied.
    case flag(negatable: Bool)
    /// `--name value`, once or several times.
    case option(repeats: Bool)
    /// A word by its position.
    case argument(required: Bool, repeats: Bool)
    /// Everything after `--`, untouched.
    case rest
  }

  /// Without dashes.
  public let name: String
  /// How it is written.
  public let kind: Kind
  /// What it does, as a phrase without a full stop.
  public let summary: String
  /// The one-letter form.
  public var short: Character?
  /// Other long names that mean the same.
  public var aliases: [String] = []
  /// What stands for the value in help.
  public var valueName = ""
  /// What a good value looks like.
  public var expectation = ""
  /// All values there are; empty when the set is open.
  public var choices: [String] = []
  /// The environment variable that sets the same.
  public var environment: String?
  /// The value without the parameter, when that says something.
  public var defaultText: String?
  /// Works, but is not shown.
  public var isHidden = false
  /// What a shell offers for the value.
  public var completion = Completion.nothing

  /// Written with dashes: a flag or an option.
  public var isOption: Bool {
    switch kind {
    case .flag, .option: true
    case .argument, .rest: false
    }
  }

  /// An option whose value is the next word.
  public var takesValue: Bool { if case .option = kind { true } else { false } }

  /// A flag that `--no-name` denies.
  public var isNegatable: Bool { kind == .flag(negatable: true) }

  /// Every long name, the first one first.
  public var longNames: [String] { [name] + aliases }

  /// As it stands in a usage line or an error: `--name`, `<name>`.
  public var label: String {
    switch kind {
    case .flag, .option: "--\(name)"
    case .argument: "<\(name)>"
    case .rest: "-- <\(name)>…"
    }
  }
}
