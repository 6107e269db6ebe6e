public import Glibc

/// A system call that failed: which, on what, and the kernel's reason.
public struct SystemError: ExitCoded, Equatable {
  /// What was being done, as a verb phrase: "read", "create folder".
  public let action: String
  /// The file or thing it was done to.
  public let subject: String
  /// The value of `errno`.
  public let code: Int32

  /// Wraps `code`, by default the current `errno`.
  public init(_ action: String, _ subject: String, code: Int32 = errno) {
    self.action = action
    self.subject = subject
    self.code = code
  }

  /// "cannot write /x/run.json: No space left on device".
  public var message: String { "cannot \(action) \(subject): \(Self.reason(code))" }

  /// What usually mends this kind of failure.
  public var hints: [String] {
    switch code {
    case ENOSPC, EDQUOT: ["free some space there, or move RunPilot's home with RUNPILOT_HOME=/other/disk"]
    case EROFS: ["the file system is read-only: choose another home with RUNPILOT_HOME=/writable/folder"]
    case EACCES, EPERM: ["check the owner and permissions of \(subject)"]
    default: []
    }
  }

  /// `notFound` when something could not be read, else `cannotCreate`.
  public var exitCode: ExitCode { Self.readingActions.contains(action) ? .notFound : .cannotCreate }

  private static let readingActions: Set<String> = ["open", "read", "read folder", "look at"]

  /// The C library's words for an errno value.
  public static func reason(_ code: Int32) -> String {
    guard let text = strerror(code) else { return "error \(code)" }
    return String(cString: text)
  }
}
