import Basics
import CommandLineKit

extension World {
  /// Asks a person; without one, or when nothing was answered, the answer is no.
  func confirm(_ question: String) -> Bool {
    guard inputIsTerminal else { return false }
    try? errors.write(question + " [y/N] ")
    guard let answer = readLine() else {
      errors.say("")
      return false
    }
    return ["y", "yes"].contains(answer.trimmed().lowercased())
  }

  /// Lets a destructive command go on only with `--yes` or a person's word.
  /// - Throws: ``NotConfirmed``.
  func requireConfirmation(_ question: String, yes: Bool) throws(NotConfirmed) {
    if yes { return }
    guard inputIsTerminal else { throw NotConfirmed(nobodyToAsk: true) }
    guard confirm(question) else { throw NotConfirmed(nobodyToAsk: false) }
  }
}

/// A destructive command that nobody agreed to.
struct NotConfirmed: ExitCoded, Equatable {
  let nobodyToAsk: Bool
  var message: String { nobodyToAsk ? "nothing was done: this needs a yes, and there is no terminal to ask at" : "nothing was done" }
  var hints: [String] { nobodyToAsk ? ["say it in the command: add `--yes`"] : [] }
  var exitCode: ExitCode { nobodyToAsk ? .usage : .interrupted }
}
