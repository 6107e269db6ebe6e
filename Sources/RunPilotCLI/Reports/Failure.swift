import Basics
import CommandLineKit
import FoundationEssentials
import Glibc

/// An error on its way out: what people and programs are told, and how the process ends. The one place where errors become exit codes.
struct Failure: Encodable, Equatable {
  let message: String
  let hints: [String]
  let exitCode: ExitCode

  init(_ error: any Error) {
    switch error {
    case let error as any ExitCoded:
      message = error.message
      hints = error.hints
      exitCode = error.exitCode
    case let error as any Hinted:
      message = error.message
      hints = error.hints
      exitCode = .software
    case is CancellationError:
      message = "interrupted"
      hints = []
      exitCode = .interrupted
    default:
      message = "unexpected: \(error)"
      hints = ["this is a defect of runpilot; please report it with the command that led here"]
      exitCode = .software
    }
  }

  /// Whether the error only says that nobody reads our output any more.
  static func isClosedOutput(_ error: any Error) -> Bool { (error as? SystemError)?.code == EPIPE }

  /// The stable name of an exit code in JSON.
  private var codeName: String {
    switch exitCode {
    case .ok: "ok"
    case .partial: "partial"
    case .usage: "usage"
    case .badInput: "bad-input"
    case .notFound: "not-found"
    case .unavailable: "unavailable"
    case .software: "software"
    case .cannotCreate: "cannot-write"
    case .lost: "lost"
    case .tryAgain: "try-again"
    case .notAllowed: "not-allowed"
    case .configuration: "configuration"
    case .limitReached: "limit-reached"
    case .interrupted: "interrupted"
    }
  }

  private enum CodingKeys: String, CodingKey {
    case schema, message, hints, code
    case exitCode = "exit_code"
  }

  func encode(to encoder: any Encoder) throws {
    var container = encoder.container(keyedBy: CodingKeys.self)
    try container.encode("runpilot/error/v1", forKey: .schema)
    try container.encode(message, forKey: .message)
    try container.encode(hints, forKey: .hints)
    try container.encode(codeName, forKey: .code)
    try container.encode(exitCode.rawValue, forKey: .exitCode)
  }
}
