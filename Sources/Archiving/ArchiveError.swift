public import Basics

/// An archive that cannot be written, read or trusted.
public struct ArchiveError: ExitCoded, Equatable {
  /// What went wrong, with the archive's path.
  public let message: String
  /// How to mend it.
  public let hints: [String]
  /// 65 for a bad archive, 73 when one cannot be written, 69 without the library.
  public let exitCode: ExitCode

  init(_ message: String, hints: [String] = [], exitCode: ExitCode = .badInput) {
    self.message = message
    self.hints = hints
    self.exitCode = exitCode
  }

  static func noLibrary(_ reason: String) -> ArchiveError {
    ArchiveError(
      "cannot load libarchive, which reads and writes archives: \(reason)", hints: ["install it: `sudo apt-get install libarchive13`"],
      exitCode: .unavailable)
  }
}
