// Typed access. `what` is how messages call the value, such as "resources.gpus".
extension Node {
  /// Any scalar as it was written: `1e-4` stays `1e-4`.
  public func text(_ what: String) throws(SourceDiagnostic) -> String {
    guard let text = scalarText, !isNull else { throw unexpected(what, "text") }
    return text
  }

  /// A boolean, written `true` or `false`.
  public func bool(_ what: String) throws(SourceDiagnostic) -> Bool {
    switch value {
    case .bool(let flag, _): return flag
    case .string(let text, let quoted): throw notBoolean(what, text: text, quoted: quoted)
    default: throw unexpected(what, "true or false", hints: ["write `\(lastName(what)): true` or `\(lastName(what)): false`"])
    }
  }

  /// A whole number.
  public func int(_ what: String) throws(SourceDiagnostic) -> Int64 {
    switch value {
    case .int(let number, _): return number
    case .string(let text, quoted: true) where Int64(text) != nil:
      throw unexpected(what, "a whole number", hints: ["remove the quotes: `\(lastName(what)): \(text)`"])
    case .float(let number, _) where number == number.rounded() && abs(number) < 1e15:
      throw unexpected(what, "a whole number", hints: ["write `\(lastName(what)): \(Int64(number))`"])
    default: throw unexpected(what, "a whole number")
    }
  }

  /// A list.
  public func items(_ what: String) throws(SourceDiagnostic) -> [Node] {
    guard case .sequence(let items) = value else {
      throw unexpected(what, "a list", hints: listHints(what))
    }
    return items
  }

  /// A list of scalars, each as it was written.
  public func texts(_ what: String) throws(SourceDiagnostic) -> [String] {
    var texts: [String] = []
    for item in try items(what) { texts.append(try item.text("an item of '\(what)'", isNamed: false)) }
    return texts
  }

  /// A mapping.
  public func mapping(_ what: String) throws(SourceDiagnostic) -> Mapping {
    if case .mapping(let mapping) = value { return mapping }
    throw unexpected(what, "keys and values", hints: missingColonHints + assignmentHints(what))
  }

  /// The list that was probably meant.
  private func listHints(_ what: String) -> [String] {
    let items: String? =
      switch value {
      case .mapping(let mapping): mapping.keys.joined(separator: ", ")
      default: isNull ? nil : scalarText
      }
    return items.map { ["write `\(lastName(what)): [\($0)]`"] } ?? []
  }

  /// `A=1`, where `A: 1` is meant.
  private func assignmentHints(_ what: String) -> [String] {
    let parts = (scalarText ?? "").split(separator: "=", maxSplits: 1)
    guard parts.count == 2, !parts[0].contains(where: \.isWhitespace) else { return [] }
    return ["write `\(lastName(what)): {\(parts[0]): \(parts[1])}`"]
  }

  /// The refusal of a value of another kind than `expected`.
  public func unexpected(_ what: String, _ expected: String, hints: [String] = []) -> SourceDiagnostic {
    diagnostic("\(named(what)) must be \(expected), not \(kindInWords)", hints: hints)
  }

  private func text(_ what: String, isNamed: Bool) throws(SourceDiagnostic) -> String {
    guard let text = scalarText, !isNull else { throw diagnostic("\(what) must be text, not \(kindInWords)") }
    return text
  }

  private func notBoolean(_ what: String, text: String, quoted: Bool) -> SourceDiagnostic {
    let key = lastName(what)
    let meant: Bool? =
      switch text.lowercased() {
      case "true", "yes", "on", "y", "1": true
      case "false", "no", "off", "n", "0", "": false
      default: nil
      }
    guard let meant else { return unexpected(what, "true or false", hints: ["write `\(key): true` or `\(key): false`"]) }
    let reason = quoted ? "the quotes make it text: remove them" : "only `true` and `false` are booleans"
    return unexpected(what, "true or false", hints: ["\(reason): `\(key): \(meant)`"])
  }

  /// A text in the place of a mapping is most often a line whose colon is missing or sticks to the value.
  private var missingColonHints: [String] {
    guard case .string(let text, quoted: false) = value else { return [] }
    let line = text.split(separator: "\n").first.map(String.init) ?? ""
    if let colon = line.firstIndex(of: ":"), line.index(after: colon) < line.endIndex, !line[..<colon].contains(" ") {
      return ["put a space after the colon: `\(line[..<colon]): \(line[line.index(after: colon)...])`"]
    }
    let words = line.split(separator: " ", maxSplits: 1)
    return words.count == 2 ? ["is a colon missing? `\(words[0]): \(words[1])`"] : []
  }

  private func named(_ what: String) -> String { what.contains(" ") ? what : "'\(what)'" }

  private func lastName(_ what: String) -> String { what.split(separator: ".").last.map(String.init) ?? what }
}
