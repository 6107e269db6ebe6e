public import Basics
import ControlAPI

/// A command about objects that makes no sense as it stands.
public struct StorageMistake: ExitCoded, Equatable {
  /// What and where.
  public let message: String
  /// What to type instead.
  public let hints: [String]
  /// How a program ends on it.
  public let exitCode: ExitCode

  static func manyObjects(_ url: StorageURL, _ count: Int) -> StorageMistake {
    StorageMistake(
      message: "\(url) is \(count) objects", hints: ["delete them all: add `--recursive`"], exitCode: .usage)
  }

  static func nothing(_ url: StorageURL) -> StorageMistake {
    StorageMistake(
      message: "there is nothing at \(url)",
      hints: ["see what there is: `runpilot storage list s3://\(url.bucket)/`"], exitCode: .notFound)
  }

  static func noObject(_ url: StorageURL) -> StorageMistake {
    StorageMistake(message: "\(url) names no object", hints: ["write `s3://\(url.bucket)/KEY`"], exitCode: .usage)
  }

  static func badLifetime(_ lifetime: Duration) -> StorageMistake {
    StorageMistake(
      message: "an address can be good for one second to seven days, not for \(lifetime.components.seconds) seconds",
      hints: ["say `--expires 7d`, or make a new one later"], exitCode: .usage)
  }

  static func noFile(_ path: String) -> StorageMistake {
    StorageMistake(message: "there is no file or folder \(path)", hints: [], exitCode: .notFound)
  }

  static func sameSide(_ source: StoragePlace, _ target: StoragePlace) -> StorageMistake {
    StorageMistake(
      message: "one of \(source) and \(target) must be a bucket, and the other a path",
      hints: ["write `s3://BUCKET/KEY` for one of them"], exitCode: .usage)
  }

  static func emptySource(_ source: StoragePlace, _ count: Int) -> StorageMistake {
    StorageMistake(
      message: "\(source) is empty, so `--delete` would delete all \(count) files at the other end",
      hints: ["is it the right one? To delete everything: `runpilot storage delete --recursive`"], exitCode: .usage)
  }
}
