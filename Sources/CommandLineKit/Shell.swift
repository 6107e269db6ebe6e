/// A shell that can complete our command lines.
public enum Shell: String, ArgumentChoice, Sendable {
  /// The GNU shell; works without the bash-completion package.
  case bash
  /// The Z shell, by its own completion system.
  case zsh
  /// The friendly interactive shell.
  case fish

  /// A script for the shell that completes the program whose tree is `root`.
  public func completionScript(for root: CommandOutline) -> String {
    switch self {
    case .bash: BashCompletion(root: root).script
    case .zsh: ZshCompletion(root: root).script
    case .fish: FishCompletion(root: root).script
    }
  }

  /// Where the script goes, as lines to paste.
  public func installation(program: String) -> String {
    switch self {
    case .bash: "source <(\(program) completions bash)   # in ~/.bashrc"
    case .zsh: "source <(\(program) completions zsh)   # in ~/.zshrc, after compinit"
    case .fish: "\(program) completions fish > ~/.config/fish/completions/\(program).fish"
    }
  }
}
