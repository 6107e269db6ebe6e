public import Basics
import FoundationEssentials
import Glibc

/// RunPilot's home: where everything it remembers stands. `$RUNPILOT_HOME`, else `~/.runpilot`.
public struct HomeFolder: Sendable {
  /// Absolute path.
  public let path: String

  /// The home at `path`.
  public init(_ path: String) { self.path = path }

  /// The home that the environment names.
  /// - Throws: ``NoHome`` when neither RUNPILOT_HOME nor HOME is set.
  public static func locate(environment: [String: String], workingDirectory: String) throws(NoHome) -> HomeFolder {
    if let set = environment["RUNPILOT_HOME"], !set.isEmpty {
      return HomeFolder(Paths.resolve(set, from: workingDirectory, home: environment["HOME"]))
    }
    guard let home = environment["HOME"], home.hasPrefix("/") else { throw NoHome() }
    return HomeFolder(home + "/.runpilot")
  }

  /// This home's random id, by which it knows what it made; written on first use.
  public func installation() throws(SystemError) -> String {
    let file = path + "/installation"
    if let known = try? Files.readText(file, limit: 4096).trimmed(), !known.isEmpty { return known }
    try Files.createFolder(path, mode: 0o700)
    // Two first commands at once: the one that links first wins, and both read the winner's.
    let draft = "\(file).\(getpid()).tmp"
    try Files.writeAtomically(Array((UUID().uuidString.lowercased() + "\n").utf8), to: draft, mode: 0o600)
    defer { unlink(draft) }
    guard link(draft, file) == 0 || errno == EEXIST else { throw SystemError("write", file) }
    return try Files.readText(file, limit: 4096).trimmed()
  }
}

/// Neither RUNPILOT_HOME nor HOME says where to keep runs.
public struct NoHome: ExitCoded {
  /// What is missing.
  public var message: String { "cannot tell where to keep runs: neither RUNPILOT_HOME nor HOME is set" }
  /// What to set.
  public var hints: [String] { ["say where: `export RUNPILOT_HOME=/some/folder`"] }
  /// 78.
  public var exitCode: ExitCode { .configuration }
}
