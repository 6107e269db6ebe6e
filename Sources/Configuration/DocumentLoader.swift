import Basics
import Documents
import FoundationEssentials
import Glibc
import TOML
import YAML

/// Reads configuration files, refusing early what cannot be one.
struct DocumentLoader {
  /// The most a configuration file may have.
  static let limit = 1 << 20

  let context: ConfigurationContext

  /// The tree of a file: TOML for `.toml`, else YAML.
  /// - Parameter what: what it should be, for messages: "a run file".
  func load(_ path: String, what: String) throws(SourceDiagnostic) -> Node {
    let name = display(path)
    let bytes = try read(path, what: what)
    return path.hasSuffix(".toml") ? try TOML.parse(bytes, name: name) : try YAML.parse(bytes, name: name)
  }

  /// The bytes of a file.
  func read(_ path: String, what: String) throws(SourceDiagnostic) -> Data {
    let name = display(path)
    if context.files.kind(path) == .folder {
      throw SourceDiagnostic(file: name, position: nil, problem: "this is a folder, not \(what)", hints: candidates(in: path))
    }
    do {
      return try context.files.read(path, Self.limit)
    } catch {
      if error.code == EFBIG { throw SourceText.tooLarge(name, limit: Self.limit) }
      if error.code == EISDIR { throw SourceDiagnostic(file: name, position: nil, problem: "this is a folder, not \(what)") }
      throw SourceDiagnostic(file: name, position: nil, problem: "cannot be read: \(SystemError.reason(error.code))", hints: error.hints)
    }
  }

  /// A path as people would type it from here.
  func display(_ path: String) -> String {
    if path.hasPrefix(context.workingFolder + "/") { return String(path.dropFirst(context.workingFolder.count + 1)) }
    if let home = context.userFolder, home != "/", path.hasPrefix(home + "/") { return "~" + path.dropFirst(home.count) }
    return path
  }

  /// An absolute path, seen from the caller's folder.
  func absolute(_ path: String) -> String { Paths.resolve(path, from: context.workingFolder, home: context.userFolder) }

  private func candidates(in folder: String) -> [String] {
    let found = context.files.names(folder).filter { $0.hasSuffix(".yaml") || $0.hasSuffix(".yml") }.sorted()
    return found.prefix(3).map { "did you mean `\(display(folder))/\($0)`?" }
  }
}
