import Basics
import TrainingModel

/// The shell text that runs a job's `setup` commands inside the container and then becomes the job.
///
/// It tells us how far it came in a file, since its exit code alone could be the job's own.
enum SetupScript {
  /// How far it came.
  enum Progress: Equatable {
    /// It never said anything.
    case unknown
    /// The command of this number, from 1, ended with this code.
    case failed(number: Int, code: Int)
    /// Every command went well; then the job's program was not found.
    case programMissing
    /// The job began.
    case done
  }

  /// The whole argument vector: the shell, the text, and the job as its arguments, so that nothing of it is read as shell text.
  static func command(setup: [String], job: [String], stateFile: String) -> [String] {
    let state = ShellWord.quoted(stateFile)
    var lines = setup.enumerated().map { index, command in
      "/bin/sh -c \(ShellWord.quoted(command)) || { echo \"failed \(index + 1) $?\" >\(state); exit 1; }"
    }
    lines.append("command -v \"$1\" >/dev/null || { echo missing >\(state); exit 127; }")
    lines.append("echo done >\(state)")
    lines.append("exec \"$@\"")
    return ["/bin/sh", "-c", lines.joined(separator: "\n"), "runpilot-setup"] + job
  }

  /// Reads the state file's text.
  static func progress(_ text: String) -> Progress {
    let words = text.split(whereSeparator: \.isWhitespace)
    switch words.first {
    case "done": return .done
    case "missing": return .programMissing
    case "failed":
      guard words.count == 3, let number = Int(words[1]), let code = Int(words[2]) else { return .unknown }
      return .failed(number: number, code: code)
    default: return .unknown
    }
  }
}
