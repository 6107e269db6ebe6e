// Every sentence that a mistyped command line can be answered with stands here, and nowhere else.

extension UsageError {
  /// What is wrong, in one line.
  public var message: String {
    switch kind {
    case .unknownOption(let option, let suggestion, _):
      "unknown option '\(shown(option))'" + didYouMean(suggestion)
    case .unknownCommand(let word, let suggestion):
      "unknown command '\(shown((path.dropFirst() + [word]).joined(separator: " ")))'"
        + didYouMean(suggestion.map { (path.dropFirst() + [$0]).joined(separator: " ") })
    case .missingCommand(let names):
      "'\(path.joined(separator: " "))' needs a command: \(names.joined(separator: ", "))"
    case .missingValue(let option, let expectation, _):
      "option '\(option)' needs a value: \(expectation)"
    case .valueNotTaken(let option):
      "option '\(option)' takes no value"
    case .badValue(let value, let place, let expectation, let suggestion):
      "invalid value '\(shown(value))' for '\(place)'"
        + (didYouMean(suggestion).isEmpty ? ": expected \(expectation)" : didYouMean(suggestion))
    case .missingArguments(let labels, _):
      "missing \(labels.joined(separator: " and "))"
    case .unexpectedArgument(let word, _):
      "unexpected argument '\(shown(word))'"
    case .conflict(let one, let other):
      "'\(one)' and '\(other)' exclude each other"
    case .other(let sentence, _):
      sentence
    }
  }

  /// The way out; the last hint is always the command's own help.
  public var hints: [String] {
    var hints: [String] = []
    let command = path.joined(separator: " ")
    switch kind {
    case .unknownOption(let option, nil, hasRest: true):
      hints.append("to pass it on to the job, write it after `--`: `\(command) … -- \(shown(option))`")
    case .unexpectedArgument(let word, hasRest: true):
      hints.append("to pass it on to the job, write it after `--`: `\(command) … -- \(shown(word))`")
    case .missingValue(let option, _, let next?) where option.hasPrefix("--"):
      hints.append("for a value that begins with a dash, write `\(option)=\(shown(next))`")
    case .missingArguments(_, let example?):
      hints.append("such as: `\(example)`")
    case .other(_, let hint?):
      hints.append(hint)
    default: break
    }
    hints.append("see `\(command) --help`")
    return hints
  }

  private func didYouMean(_ suggestion: String?) -> String { suggestion.map { "; did you mean '\($0)'?" } ?? "" }

  /// Control characters and great length have no place in a one-line message.
  private func shown(_ word: String) -> String {
    var text = ""
    for scalar in word.unicodeScalars.prefix(120) {
      switch scalar.properties.generalCategory {
      case .control, .format, .lineSeparator, .paragraphSeparator, .surrogate: text += scalar.escaped(asASCII: true)
      default: text.unicodeScalars.append(scalar)
      }
    }
    return word.unicodeScalars.count > 120 ? text + "…" : text
  }
}
