/// A script for fish: one `complete` line a command, option and value.
struct FishCompletion {
  let root: CommandOutline

  var script: String {
    let lines = root.places().flatMap { place in
      children(place) + place.command.effective.visibleParameters.flatMap { parameter($0, at: place) }
    }
    return """
      # fish completion for \(root.name); made by `\(root.name) completions fish`
      function __\(root.name)_at
        # True when the words typed so far name exactly this command.
        set -l words (commandline -opc)
        set -e words[1]
        set -l named
        for word in $words
          string match -q -- '-*' $word; and continue
          if contains -- "$named $word" \(knownPaths)
            set named "$named $word"
          end
        end
        test "$named" = "$argv[1]"
      end
      complete -c \(root.name) -f
      \(lines.joined(separator: "\n"))

      """
  }

  private var knownPaths: String {
    root.places().dropFirst().map { quote(" " + $0.path.dropFirst().joined(separator: " ")) }.joined(separator: " ")
  }

  private func children(_ place: CommandOutline.Place) -> [String] {
    place.command.visibleChildren.map { child in
      "complete -c \(root.name) -n \(condition(place)) -a \(child.name) -d \(quote(child.summary))"
    }
  }

  private func parameter(_ parameter: Parameter, at place: CommandOutline.Place) -> [String] {
    var line = "complete -c \(root.name) -n \(condition(place))"
    switch parameter.kind {
    case .flag, .option:
      for name in parameter.longNames { line += " -l \(name)" }
      if let short = parameter.short { line += " -s \(short)" }
      line += " -d \(quote(parameter.summary))"
      var lines = [parameter.takesValue ? line + " -x\(values(parameter.completion))" : line]
      if parameter.isNegatable {
        lines.append("complete -c \(root.name) -n \(condition(place)) -l no-\(parameter.name) -d \(quote("Not: " + parameter.summary))")
      }
      return lines
    case .argument:
      let values = values(parameter.completion)
      return values.isEmpty ? [] : [line + values]
    case .rest: return []
    }
  }

  private func values(_ completion: Completion) -> String {
    switch completion {
    case .nothing: ""
    case .words(let words): " -a \(quote(words.joined(separator: " ")))"
    case .lines(let arguments): " -a \(quote("(\(root.name) \(arguments.joined(separator: " ")) 2>/dev/null)"))"
    case .files(let extensions):
      extensions.isEmpty
        ? " -a '(__fish_complete_path)'" : " -a \(quote(extensions.map { "(__fish_complete_suffix .\($0))" }.joined(separator: " ")))"
    case .folders: " -a '(__fish_complete_directories)'"
    }
  }

  private func condition(_ place: CommandOutline.Place) -> String {
    let words = place.path.dropFirst().map { " " + $0 }.joined()
    return quote("__\(root.name)_at \"\(words)\"")
  }

  private func quote(_ text: String) -> String { "'" + text.map { "'\\".contains($0) ? "\\\($0)" : String($0) }.joined() + "'" }
}
