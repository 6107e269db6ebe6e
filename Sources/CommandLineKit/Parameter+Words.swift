extension Parameter {
  /// The left side of its line in help: `-p, --provider <name>`.
  var term: String {
    switch kind {
    case .flag, .option:
      let short = short.map { "-\($0), " } ?? "    "
      let long = isNegatable ? "--[no-]\(name)" : "--\(name)"
      let others = aliases.map { ", --\($0)" }.joined()
      return short + long + others + (takesValue ? " <\(valueName)>" : "")
    case .argument: return "<\(name)>"
    case .rest: return "-- <\(name)>…"
    }
  }

  /// The right side: what it does, and what can be said about its value.
  var explanation: String {
    var notes: [String] = []
    if case .option(repeats: true) = kind { notes.append("may be repeated") }
    if !choices.isEmpty { notes.append(choices.joined(separator: "|")) }
    if let defaultText, !defaultText.isEmpty { notes.append("default: \(defaultText)") }
    if let environment { notes.append("env: \(environment)") }
    return notes.isEmpty ? summary : summary + " (" + notes.joined(separator: "; ") + ")"
  }

  /// Its place in the usage line.
  var usage: String? {
    switch kind {
    case .flag, .option: nil
    case .argument(let required, let repeats):
      (required ? "<\(name)>" : "[<\(name)>]") + (repeats ? "…" : "")
    case .rest: "[-- <\(name)>…]"
    }
  }
}

extension CommandOutline {
  /// Parameters that are shown.
  var visibleParameters: [Parameter] { parameters.filter { !$0.isHidden } }

  /// The usage line, `path` being the words that name the command.
  func usage(path: [String]) -> String {
    let command = path.joined(separator: " ")
    guard children.isEmpty else { return command + (defaultChild == nil ? " <command>" : " [<command>]") }
    let places = visibleParameters.compactMap { $0.kind == .rest ? nil : $0.usage }
    let rest = visibleParameters.compactMap { $0.kind == .rest ? $0.usage : nil }
    return ([command] + places + ["[options]"] + rest).joined(separator: " ")
  }
}
