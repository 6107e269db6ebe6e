import Basics
import CommandLineKit

extension World {
  /// The path of a file that a command is to write; nil for standard output.
  /// - Throws: ``FileInTheWay`` for a folder, and for a file unless `force`.
  func target(of file: String?, force: Bool) throws(FileInTheWay) -> String? {
    guard let file else { return nil }
    return try target(file, force: force)
  }

  /// The path of a file that a command is to write.
  /// - Throws: ``FileInTheWay`` for a folder, and for a file unless `force`.
  func target(_ file: String, force: Bool) throws(FileInTheWay) -> String {
    let path = Paths.resolve(file, from: workingDirectory)
    if Files.isFolder(path) { throw FileInTheWay(path: path, isFolder: true) }
    if !force, Files.exists(path) { throw FileInTheWay(path: path, isFolder: false) }
    return path
  }
}

/// A file that a command would have to replace.
struct FileInTheWay: ExitCoded, Equatable {
  let path: String
  let isFolder: Bool
  var message: String { "\(path) is \(isFolder ? "a folder" : "there already")" }
  var hints: [String] {
    isFolder ? ["name a file: `-o \(path)/run.tar.gz`"] : ["write elsewhere with `-o FILE`, or replace it with `--force`"]
  }
  var exitCode: ExitCode { .cannotCreate }
}
