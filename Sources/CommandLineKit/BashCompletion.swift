/// A script of plain bash 4: no package, and no call of the program except for ids and names.
struct BashCompletion {
  let root: CommandOutline

  private var function: String { "_" + root.name.map { $0.isLetter || $0.isNumber ? String($0) : "_" }.joined() }

  var script: String {
    """
    # bash completion for \(root.name); made by `\(root.name) completions bash`
    \(function)_path() {
      # Prints the command that the words before the cursor name.
      local path=\(root.name) word
      for word in "$@"; do
        case "$path $word" in
    \(pathCases)
        esac
      done
      printf '%s' "$path"
    }
    \(function)() {
      local current="${COMP_WORDS[COMP_CWORD]}" previous="" path kind="" values="" i
      (( COMP_CWORD > 0 )) && previous="${COMP_WORDS[COMP_CWORD-1]}"
      # Bash takes --option=value apart at the equals sign.
      if [[ "$current" == "=" ]]; then current=""; elif [[ "$previous" == "=" ]]; then previous="${COMP_WORDS[COMP_CWORD-2]}"; fi
      COMPREPLY=()
      path="$(\(function)_path "${COMP_WORDS[@]:1:COMP_CWORD-1}")"
      for (( i = 1; i < COMP_CWORD; i++ )); do
        if [[ "${COMP_WORDS[i]}" == "--" ]]; then COMPREPLY=( $(compgen -f -- "$current") ); return; fi
      done
      case "$path $previous" in
    \(valueCases)
        *)
          if [[ "$current" == -* ]]; then
            case "$path" in
    \(optionCases)
            esac
            kind=words
          else
            case "$path" in
    \(argumentCases)
            esac
          fi ;;
      esac
      \(function)_offer "$kind" "$values" "$current"
    }
    \(function)_offer() {
      local IFS=$' \\t\\n' extension
      case "$1" in
        words) COMPREPLY=( $(compgen -W "$2" -- "$3") ) ;;
        lines) COMPREPLY=( $(compgen -W "$(\(root.name) $2 2>/dev/null)" -- "$3") ) ;;
        folders) compopt -o filenames 2>/dev/null; IFS=$'\\n'; COMPREPLY=( $(compgen -d -- "$3") ) ;;
        files)
          compopt -o filenames 2>/dev/null; IFS=$'\\n'; COMPREPLY=( $(compgen -d -- "$3") )
          if [[ -z "$2" ]]; then COMPREPLY=( $(compgen -f -- "$3") ); return; fi
          IFS=$' '; for extension in $2; do IFS=$'\\n'; COMPREPLY+=( $(compgen -f -X "!*.$extension" -- "$3") ); done ;;
      esac
    }
    complete -F \(function) \(root.name)

    """
  }

  private var places: [CommandOutline.Place] { root.places() }

  private var pathCases: String {
    places.dropFirst().map { place in
      let above = place.path.dropLast().joined(separator: " ")
      let words = [place.command.name] + place.command.aliases
      let patterns = words.map { "\"\(above) \($0)\"" }.joined(separator: "|")
      return "      \(patterns)) path=\"\(place.path.joined(separator: " "))\" ;;"
    }.joined(separator: "\n")
  }

  private var valueCases: String {
    places.flatMap { place in
      place.command.effective.visibleParameters.filter(\.takesValue).map { parameter in
        let patterns = parameter.spellings.map { "\"\(place.path.joined(separator: " ")) \($0)\"" }.joined(separator: "|")
        return "    \(patterns)) \(assignment(parameter.completion)) ;;"
      }
    }.joined(separator: "\n")
  }

  private var optionCases: String {
    places.map { place in
      let words = place.command.effective.visibleParameters.flatMap(\.spellings).filter { $0.hasPrefix("--") }
      return "          \"\(place.path.joined(separator: " "))\") values=\"\(words.joined(separator: " "))\" ;;"
    }.joined(separator: "\n")
  }

  private var argumentCases: String {
    places.compactMap { place in
      let children = place.command.visibleChildren.map(\.name)
      let argument = place.command.visibleParameters.first { if case .argument = $0.kind { true } else { false } }
      let completion = children.isEmpty ? argument?.completion ?? .nothing : .words(children)
      return "          \"\(place.path.joined(separator: " "))\") \(assignment(completion)) ;;"
    }.joined(separator: "\n")
  }

  private func assignment(_ completion: Completion) -> String {
    switch completion {
    case .nothing: "kind=nothing"
    case .words(let words): "kind=words values=\"\(words.joined(separator: " "))\""
    case .lines(let arguments): "kind=lines values=\"\(arguments.joined(separator: " "))\""
    case .files(let extensions): "kind=files values=\"\(extensions.joined(separator: " "))\""
    case .folders: "kind=folders"
    }
  }
}
