import Basics
import Subprocessing

/// The version of the interpreter that runs a job, when its command names one.
enum PythonVersion {
  /// Such as `3.11.2`; nil when the command is no Python, or does not say.
  static func of(_ command: [String], environment: [String: String], folder: String?) async -> String? {
    guard let program = command.first, isPython(Paths.name(of: program)) else { return nil }
    let command = Command([program, "--version"], environment: environment, workingFolder: folder, deadline: .seconds(5))
    guard let outcome = try? await command.run(), outcome.end.isSuccess else { return nil }
    return parse(outcome.text)
  }

  /// `python`, `python3`, `python3.11`.
  static func isPython(_ name: String) -> Bool {
    name.hasPrefix("python") && name.dropFirst(6).allSatisfy { $0 == "." || ($0.isASCII && $0.isNumber) }
  }

  /// Reads `Python 3.11.2`.
  static func parse(_ text: String) -> String? {
    guard text.hasPrefix("Python ") else { return nil }
    return String(text.dropFirst(7).prefix { !$0.isWhitespace })
  }
}
