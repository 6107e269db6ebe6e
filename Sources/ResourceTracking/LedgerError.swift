public import Basics
import SQLite
public import TrainingModel

/// Why the ledger could not be used. Nothing was written when one of these is thrown.
public enum LedgerError: ExitCoded, Equatable {
  /// There was a ledger, and it is gone.
  case missing(path: String)
  /// The file cannot be read as a ledger.
  case damaged(path: String, detail: String)
  /// A newer RunPilot made it.
  case newer(path: String, version: Int64)
  /// Another process held it for longer than we wait.
  case busy(path: String)
  /// The disk refused.
  case failed(path: String, detail: String)
  /// No row goes by that reference.
  case unknown(reference: String)
  /// Several rows go by that reference.
  case ambiguous(reference: String, candidates: [IntentID])
  /// The step does not follow from where the row stands.
  case refused(LedgerRefusal)
  /// Its request is not kept any more.
  case noRequest(IntentID)

  /// What is wrong, in one line.
  public var message: String {
    switch self {
    case .missing(let path): "the ledger \(path) is gone, though things were rented from this home: what costs money now is not known here"
    case .damaged(let path, let detail): "the ledger \(path) is damaged: \(detail)"
    case .newer(let path, let version): "the ledger \(path) has form \(version), made by a newer runpilot"
    case .busy(let path): "another runpilot has been writing the ledger \(path) for a long time"
    case .failed(_, let detail): detail
    case .unknown(let reference): "no resource in the ledger is called '\(reference)'"
    case .ambiguous(let reference, let candidates):
      "'\(reference)' may be any of \(candidates.prefix(5).map(\.rawValue).joined(separator: ", "))"
    case .refused(let refusal): refusal.message
    case .noRequest(let intent): "the request of \(intent) is not kept any more, so it cannot be sent again"
    }
  }

  /// The way on.
  public var hints: [String] {
    switch self {
    case .missing, .damaged: ["make it again from the tags of what is live: `runpilot resources reconcile --rebuild`"]
    case .newer: ["use the runpilot that made it, or a later one"]
    case .busy: ["see what runs: `ps -C runpilot`, and try again"]
    case .failed: []
    case .unknown, .ambiguous: ["see them all: `runpilot resources list`"]
    case .refused(let refusal): refusal.hints
    case .noRequest(let intent): ["what became of it is found by listing: `runpilot resources reconcile`, then `resources show \(intent)`"]
    }
  }

  /// How a program ends on it.
  public var exitCode: ExitCode {
    switch self {
    case .missing, .damaged, .newer: .configuration
    case .busy: .tryAgain
    case .failed: .cannotCreate
    case .unknown, .noRequest: .notFound
    case .ambiguous: .usage
    case .refused: .notAllowed
    }
  }

  /// Whatever went wrong below, in the ledger's words.
  init(_ error: any Error, path: String) {
    switch error {
    case let error as LedgerError: self = error
    case let refusal as LedgerRefusal: self = .refused(refusal)
    case let error as SQLiteError where error.isDamage: self = .damaged(path: path, detail: error.message)
    case let error as SQLiteError where error.isBusy: self = .busy(path: path)
    case let error as SQLiteError: self = .failed(path: path, detail: error.message)
    case let error as any Hinted: self = .failed(path: path, detail: error.message)
    case is DecodingError: self = .damaged(path: path, detail: "an entry cannot be read: \(error)")
    default: self = .failed(path: path, detail: "cannot write the ledger \(path): \(error)")
    }
  }
}

/// A step that the ledger does not take.
public struct LedgerRefusal: Hinted, Equatable {
  /// The row.
  public let intent: IntentID
  /// What was asked.
  public let step: String
  /// Why not.
  public let reason: String
  /// The way on.
  public let hints: [String]

  /// A refusal.
  init(_ intent: IntentID, _ step: String, _ reason: String, hints: [String] = []) {
    self.intent = intent
    self.step = step
    self.reason = reason
    self.hints = hints
  }

  /// What was refused and why.
  public var message: String { "\(intent) cannot be \(step): \(reason)" }
}
