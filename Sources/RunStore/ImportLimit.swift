public import Archiving
public import Basics

/// `RUNPILOT_IMPORT_LIMIT`: what an archive that somebody trusts may unpack to.
public enum ImportLimit {
  private static let variable = "RUNPILOT_IMPORT_LIMIT"

  /// The limits that the environment sets; nil when it sets none.
  public static func read(_ environment: [String: String]) throws(Unreadable) -> ArchiveLimits? {
    guard let text = environment[variable], !text.isEmpty else { return nil }
    guard let size = ByteSize(text), size.bytes > 0 else { throw Unreadable(text: text) }
    return ArchiveLimits(bytes: size.bytes)
  }

  /// A limit that is no size.
  public struct Unreadable: ExitCoded {
    let text: String
    /// What it is instead.
    public var message: String { "\(variable) is '\(text)', which is no size" }
    /// What it could be.
    public var hints: [String] {
      ["write a number and a unit: `export \(variable)=50g`", "or go back to the usual limit: `unset \(variable)`"]
    }
    /// 78.
    public var exitCode: ExitCode { .configuration }
  }
}
