public import Basics
public import TrainingModel

/// No run, or more than one, is meant by what was typed.
public struct RunNotFound: ExitCoded, Equatable {
  /// What was typed.
  public let reference: String
  /// The ids it could mean; empty when it means none.
  public let candidates: [RunID]

  /// "no run 'rp_0042'", or what it could mean.
  public var message: String {
    guard candidates.isEmpty else {
      let shown = candidates.prefix(5).map(\.rawValue).joined(separator: ", ")
      return "'\(reference)' could mean \(candidates.count) runs: \(shown)\(candidates.count > 5 ? ", …" : "")"
    }
    return reference == "@latest" ? "there is no run yet" : "no run '\(reference)'"
  }

  /// How to see which there are.
  public var hints: [String] {
    if !candidates.isEmpty { return ["type more of the id"] }
    return [reference == "@latest" ? "start one: `runpilot run train.yaml`" : "see which there are: `runpilot list`"]
  }

  /// 66.
  public var exitCode: ExitCode { .notFound }
}

/// A run.json that cannot be read as one.
public struct DamagedRecord: ExitCoded {
  /// The file.
  public let path: String
  /// What is wrong with it.
  public let cause: String

  init(path: String, _ error: any Error) {
    self.path = path
    cause = Self.describe(error)
  }

  /// The file and what is wrong with it.
  public var message: String { "\(path) is damaged: \(cause)" }
  /// What can still be done.
  public var hints: [String] { ["the log beside it is still readable: `less \(Paths.parent(of: path))/logs.txt`"] }
  /// 65.
  public var exitCode: ExitCode { .badInput }

  private static func describe(_ error: any Error) -> String {
    switch error {
    case DecodingError.dataCorrupted(let context): context.debugDescription
    case DecodingError.keyNotFound(let key, _): "the key '\(key.stringValue)' is missing"
    case DecodingError.typeMismatch(_, let context), DecodingError.valueNotFound(_, let context):
      "\(context.codingPath.map(\.stringValue).joined(separator: ".")): \(context.debugDescription)"
    default: "\(error)"
    }
  }
}

/// A run that is alive and would have to be over.
public struct RunIsAlive: ExitCoded, Equatable {
  /// Which.
  public let id: RunID
  /// That it is alive.
  public var message: String { "\(id) is alive" }
  /// How to end it.
  public var hints: [String] { ["stop it first: `runpilot stop \(id)`"] }
  /// 77.
  public var exitCode: ExitCode { .notAllowed }
}
