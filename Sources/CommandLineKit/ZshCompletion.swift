/// A script for zsh's completion system: one function a command, made of `_arguments` specifications.
struct ZshCompletion {
  let root: CommandOutline

  var script: String {
    """
    #compdef \(root.name)
    # zsh completion for \(root.name); made by `\(root.name) completions zsh`
    _\(root.name)_lines() { local -a found; found=(${(f)"$(\(root.name) "$@" 2>/dev/null)"}); compadd -a found }
    \(root.places().map(function).joined(separator: "\n"))
    if [[ "$funcstack[1]" == "_\(root.name)" ]]; then _\(root.name) "$@"; else compdef _\(root.name) \(root.name); fi

    """
  }

  private func function(_ place: CommandOutline.Place) -> String {
    let name = "_" + place.path.joined(separator: "_")
    return place.command.children.isEmpty ? command(place, name: name) : group(place, name: name)
  }

  private func group(_ place: CommandOutline.Place, name: String) -> String {
    let children = place.command.visibleChildren
    let offers = children.map { "    \(quote($0.name + ":" + colonsEscaped($0.summary)))" }.joined(separator: "\n")
    let branches = children.map { "        \(([$0.name] + $0.aliases).joined(separator: "|"))) \(name)_\($0.name) ;;" }.joined(
      separator: "\n")
    return """
      \(name)() {
        local -a commands; local state line curcontext="$curcontext"
        commands=(
      \(offers)
        )
        _arguments -C '(-h --help)'{-h,--help}'[Show this help]' '1: :->command' '*:: :->words'
        case $state in
          command) _describe command commands ;;
          words)
            case $line[1] in
      \(branches)
            esac ;;
        esac
      }
      """
  }

  private func command(_ place: CommandOutline.Place, name: String) -> String {
    let specifications = place.command.visibleParameters.flatMap(specifications).map { "    \($0)" }
    return """
      \(name)() {
        _arguments -s \\
      \(specifications.joined(separator: " \\\n"))
      }
      """
  }

  private func specifications(_ parameter: Parameter) -> [String] {
    let summary = parameter.summary.map { "[]:".contains($0) ? "\\\($0)" : String($0) }.joined()
    switch parameter.kind {
    case .flag, .option:
      let repeats = if case .option(repeats: true) = parameter.kind { true } else { false }
      let value = parameter.takesValue ? ":\(colonsEscaped(parameter.valueName)):\(action(parameter.completion))" : ""
      let others = repeats ? "*" : "(\(parameter.spellings.joined(separator: " ")))"
      return parameter.spellings.map { spelling in
        quote("\(others)\(spelling)\(value.isEmpty ? "" : spelling.hasPrefix("--") ? "=" : "+")[\(summary)]\(value)")
      }
    case .argument(let required, let repeats):
      let place = repeats ? "*" : required ? "" : ":"
      return [quote("\(place):\(colonsEscaped(parameter.name)):\(action(parameter.completion))")]
    case .rest: return [quote("*:\(colonsEscaped(parameter.name)):_files")]
    }
  }

  private func action(_ completion: Completion) -> String {
    switch completion {
    case .nothing: " "
    case .words(let words): "(\(words.joined(separator: " ")))"
    // The space in front keeps _arguments from putting options of its own between the words.
    case .lines(let arguments): " _\(root.name)_lines \(arguments.joined(separator: " "))"
    case .files(let extensions): extensions.isEmpty ? "_files" : "_files -g \"*.(\(extensions.joined(separator: "|")))\""
    case .folders: "_files -/"
    }
  }

  private func colonsEscaped(_ text: String) -> String { text.map { $0 == ":" ? "\\:" : String($0) }.joined() }

  private func quote(_ text: String) -> String { "'" + text.map { $0 == "'" ? "'\\''" : String($0) }.joined() + "'" }
}
