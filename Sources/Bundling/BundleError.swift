public import Basics

/// A folder that cannot be bundled.
public struct BundleError: ExitCoded, Equatable {
  /// What went wrong, with the path.
  public let message: String
  /// How to mend it.
  public let hints: [String]
  /// 65, or 75 when another attempt may do.
  public let exitCode: ExitCode

  init(_ message: String, hints: [String] = [], exitCode: ExitCode = .badInput) {
    self.message = message
    self.hints = hints
    self.exitCode = exitCode
  }

  static func tooLarge(_ folder: String, limit: ByteSize, largest: [(path: String, bytes: Int64)]) -> BundleError {
    let names = largest.map { "\($0.path) (\(ByteSize(bytes: $0.bytes)))" }.joined(separator: ", ")
    return BundleError(
      "the code in \(folder) is more than \(limit), which is too much to send with every run; largest: \(names)",
      hints: [
        "leave out what the job does not need: `echo '/\(largest.first?.path ?? "data/")' >> \(folder)/.runpilotignore`",
        "see what would be sent: `runpilot run --dry-run`",
      ])
  }

  static func changed(_ path: String) -> BundleError {
    BundleError(
      "\(path) changed while it was packed",
      hints: ["run it again when nothing writes there, or leave it out by a line in .runpilotignore"],
      exitCode: .tryAgain)
  }
}
