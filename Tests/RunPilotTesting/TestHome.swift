import Basics
import FoundationEssentials
import Glibc
import Subprocessing
public import TrainingModel

/// A user's world for one test: an empty home, a project folder to stand in, and the built `runpilot`.
///
/// Every process that was started from it is ended with it.
public final class TestHome: Sendable {
  /// RUNPILOT_HOME; not created until the program does.
  public let path: String
  /// The working directory of every command.
  public let project: String
  private let root: TemporaryFolder
  private let executable: String

  /// A new, empty world.
  public init() throws {
    root = try TemporaryFolder()
    path = root.path + "/home"
    project = root.path + "/project"
    try Files.createFolder(project)
    executable = try BuiltProducts.path("runpilot")
  }

  deinit {
    for pid in Self.processes(withEnvironment: "RUNPILOT_HOME=\(path)") { kill(pid, SIGKILL) }
    if let unfinished = try? records().contains(where: { !$0.status.isTerminal && $0.image != nil }), unfinished { removeContainers() }
  }

  /// Removes the containers of runs whose test died before they were over. Nobody waits for it.
  private func removeContainers() {
    guard let installation = try? Files.readText(path + "/installation").trimmed() else { return }
    let script = "docker ps -aq --filter label=runpilot.installation=\(installation) | xargs -r docker rm -f"
    _ = try? Child.spawn(SpawnRequest(["/bin/sh", "-c", script], environment: environment(), placement: .ownSession))
  }

  /// What commands see: little of the test's own environment, so that a developer's settings change nothing.
  public func environment(_ more: [String: String] = [:]) -> [String: String] {
    var environment = ["RUNPILOT_HOME": path, "HOME": root.path, "USER": "tester", "LANG": "C.UTF-8", "TERM": "dumb"]
    for key in ["PATH", "DOCKER_HOST", "RUNPILOT_AGENT", "LD_LIBRARY_PATH"] {
      environment[key] = ProcessInfo.processInfo.environment[key]
    }
    return environment.merging(more) { _, new in new }
  }

  /// Starts a command and does not wait for it.
  public func start(_ words: String..., environment more: [String: String] = [:]) throws -> Program {
    try start(words, environment: more)
  }

  /// Starts a command and does not wait for it.
  public func start(_ words: [String], environment more: [String: String] = [:]) throws -> Program {
    try Program([executable] + words, environment: environment(more), workingFolder: project)
  }

  /// Runs a command to its end.
  public func runpilot(_ words: String..., environment more: [String: String] = [:]) async throws -> Program.Result {
    try await runpilot(words, environment: more)
  }

  /// Runs a command to its end.
  public func runpilot(_ words: [String], environment more: [String: String] = [:]) async throws -> Program.Result {
    try await Program([executable] + words, environment: environment(more), workingFolder: project).wait()
  }

  /// Runs shell text with `$RUNPILOT` as the program.
  public func shell(_ text: String, environment more: [String: String] = [:]) async throws -> Program.Result {
    let environment = environment(["RUNPILOT": executable]).merging(more) { _, new in new }
    return try await Program(["/bin/bash", "-c", text], environment: environment, workingFolder: project).wait()
  }

  /// Writes a text file into the project.
  public func write(_ name: String, _ text: String) throws {
    let file = project + "/" + name
    try Files.createFolder(Paths.parent(of: file))
    try Files.writeAtomically(Array(text.utf8), to: file)
  }

  /// The folder of a run.
  public func folder(_ id: String) -> RunFolder { RunFolder(path + "/runs/" + id) }

  /// A run's record as it stands.
  public func record(_ id: String) throws -> RunRecord { try JSON.decode(RunRecord.self, from: Files.read(folder(id).record)) }

  /// Every run's record, in the order of ids.
  public func records() throws -> [RunRecord] {
    try Files.names(in: path + "/runs").filter { $0.hasPrefix("rp_") }.sorted().map { try record($0) }
  }

  /// A run's log.
  public func log(_ id: String) throws -> String { try Files.readText(folder(id).logs) }

  /// Files below the home that hold any of these texts.
  public func files(containingAny texts: [String]) throws -> [String] {
    try Self.tree(path).filter { file in
      let bytes = try Files.read(file)
      return texts.contains { bytes.firstRange(of: Data($0.utf8)) != nil }
    }
  }

  private static func tree(_ folder: String) throws -> [String] {
    try Files.names(in: folder).flatMap { name -> [String] in
      let path = folder + "/" + name
      return Files.isFolder(path) ? try tree(path) : [path]
    }
  }

  /// Whether a process lives; a dead one that nobody has reaped does not.
  public static func isAlive(_ pid: Int32) -> Bool { ProcessTable().entry(pid).map { !$0.isDead } ?? false }

  /// Processes whose environment holds `text`, and `other` too when given.
  public static func processes(withEnvironment text: String, and other: String? = nil) -> [Int32] {
    matching("environ") { bytes in
      let words = bytes.split(separator: 0).map { String(decoding: $0, as: UTF8.self) }
      return words.contains(text) && (other.map { other in words.contains { $0.hasPrefix(other) } } ?? true)
    }
  }

  /// Processes that have `word` among their arguments.
  public static func processes(withArgument word: String) -> [Int32] {
    matching("cmdline") { bytes in bytes.split(separator: 0).contains { String(decoding: $0, as: UTF8.self) == word } }
  }

  private static func matching(_ file: String, _ test: (Data) -> Bool) -> [Int32] {
    let pids = ((try? Files.names(in: "/proc")) ?? []).compactMap { Int32($0) }
    return pids.filter { pid in
      guard pid != getpid(), isAlive(pid), let bytes = try? Files.read("/proc/\(pid)/\(file)") else { return false }
      return test(bytes)
    }
  }
}
