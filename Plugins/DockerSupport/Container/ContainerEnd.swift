import Basics
import RunAgent
import TrainingModel

/// Reads a container's end. Pure.
struct ContainerEnd {
  /// The code that the engine gives.
  var code: Int32
  /// Whether the engine says that the kernel ran out of memory for it.
  var oomKilled = false
  /// Its limit.
  var memory: ByteSize?
  /// Whether we have killed it ourselves.
  var killedByUs = false
  /// The first bytes of its output.
  var opening: [UInt8] = []
  /// How much output there was.
  var outputBytes: Int64 = 0
  /// The job's program.
  var command: [String]
  /// The setup commands.
  var setup: [String] = []
  /// How far they came; nil without any.
  var progress: SetupScript.Progress?

  /// What it means for the job.
  var meaning: JobEnd {
    if oomKilled && code != 0 && !killedByUs {
      let limit = memory.map { "its memory limit of \($0)" } ?? "the machine's memory"
      return .outOfMemory("the engine says that the kernel ended it: it needed more than \(limit)")
    }
    // An engine tells of a signal only by 128 + its number, as a shell does.
    if code > 128 && code < 128 + 32 { return .signalled(code - 128) }
    if let failure = setupFailure ?? programFailure { return .neverStarted(failure) }
    return .exited(code: code)
  }

  private var setupFailure: StartFailure? {
    let hints = ["its output is in the run's log"]
    switch progress {
    case nil, .done: return nil
    case .programMissing: return missing
    case .failed(let number, let code):
      let command = setup.indices.contains(number - 1) ? setup[number - 1] : "\(number)"
      return StartFailure(.setupFailed, "the setup command `\(command)` ended with code \(code)", hints: hints)
    case .unknown:
      return StartFailure(.setupFailed, "the container ended with code \(code) before its setup commands were done", hints: hints)
    }
  }

  /// The small first process reports a program that it cannot execute by one line, which is all there is; Docker's by 127 or 126, Podman's by 1.
  private var programFailure: StartFailure? {
    guard [1, 126, 127].contains(code), outputBytes == Int64(opening.count) else { return nil }
    let text = String(decoding: opening, as: UTF8.self).trimmed()
    guard !text.contains("\n") else { return nil }
    let isMissing: Bool
    if text.hasPrefix("[FATAL tini ("), text.contains(" exec "), code != 1 {
      isMissing = code == 127
    } else if text.hasPrefix("ERROR (catatonit:"), text.contains("failed to exec pid1: ") {
      isMissing = text.hasSuffix(": No such file or directory")
    } else {
      return nil
    }
    if isMissing { return missing }
    return StartFailure(
      .notAllowed, "'\(program)' cannot be executed in the image",
      hints: ["make it executable: `chmod +x FILE`, or name its interpreter: `entrypoint: [python3, train.py]`"])
  }

  private var program: String { command.first ?? "" }

  private var missing: StartFailure {
    StartFailure(
      .notFound, "there is no program '\(program)' in the image",
      hints: ["it must be in the image, or in a folder that is mounted; its path is the one inside, such as /app/train.py"])
  }
}
