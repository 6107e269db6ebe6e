import Documents
import TrainingModel

/// The entrypoint: a list is taken as it is, a text is split into words without a shell, `shell: true` gives one.
enum CommandText {
  /// The program and its arguments.
  static func words(of node: Node, what: String, shell: Bool) throws(SourceDiagnostic) -> [String] {
    if case .sequence = node.value {
      guard !shell else {
        throw node.diagnostic("'shell: true' takes a text, not a list", hints: ["write the command as one text, or remove 'shell'"])
      }
      return try listed(node, what)
    }
    let text = try node.text(what)
    guard !text.utf8.contains(0) else { throw node.diagnostic("'\(what)' cannot hold a zero byte") }
    if shell { return ["/bin/sh", "-c", shellParameters(text)] }
    let result: WordSplitter.Result
    do throws(WordSplitter.Problem) {
      result = try WordSplitter.split(text)
    } catch {
      throw node.diagnostic(words(for: error, what), hints: ["a list needs no quotes: `\(what): [program, first argument, …]`"])
    }
    if let sign = result.shellSigns.first {
      throw node.diagnostic(
        "'\(sign)' needs a shell, and '\(what)' is run without one",
        hints: ["add `shell: true`", "if '\(sign)' is meant as it stands, put it into single quotes"])
    }
    guard let program = result.words.first, !program.isEmpty else { throw isEmpty(node, what) }
    return result.words
  }

  /// `${params.lr}` as the shell's own `${RUNPILOT_PARAM_LR}`: a value with spaces or quotes cannot become code.
  static func shellParameters(_ script: String) -> String {
    ParameterReference.replace(script) { "${RUNPILOT_PARAM_\(AgentJob.variableName($0))}" }
  }

  /// Whether an entrypoint is a script for a shell.
  static func isShell(_ entrypoint: [String]) -> Bool { entrypoint.count == 3 && entrypoint.starts(with: ["/bin/sh", "-c"]) }

  /// The entrypoint with further words: a shell gets them as `$1`, `$2`, …
  static func adding(_ arguments: [String], to entrypoint: [String]) -> [String] {
    arguments.isEmpty ? entrypoint : entrypoint + (isShell(entrypoint) ? ["sh"] : []) + arguments
  }

  private static func isEmpty(_ node: Node, _ what: String) -> SourceDiagnostic {
    node.diagnostic("'\(what)' is empty", hints: ["name the program to run: `\(what): python3 train.py`"])
  }

  private static func listed(_ node: Node, _ what: String) throws(SourceDiagnostic) -> [String] {
    let words = try node.texts(what)
    guard let program = words.first, !program.isEmpty else { throw isEmpty(node, what) }
    guard !words.contains(where: { $0.utf8.contains(0) }) else { throw node.diagnostic("'\(what)' cannot hold a zero byte") }
    return words
  }

  private static func words(for problem: WordSplitter.Problem, _ what: String) -> String {
    switch problem {
    case .unclosedQuote(let mark): "a \(mark) in '\(what)' is never closed"
    case .trailingBackslash: "'\(what)' ends with a backslash"
    }
  }
}
