import Basics

/// The agent's command line.
struct AgentOptions {
  var folder: String
  var lock: Int32
  var secrets: Int32 = -1
  /// How many files it, and the job, may have open; nil for as many as now.
  var openFiles: Int?

  struct Misuse: Hinted {
    var message: String
    var hints: [String] { ["runpilot-agent is started by `runpilot run`"] }
  }

  init(_ arguments: [String]) throws(Misuse) {
    var values: [String: String] = [:]
    var rest = arguments[...]
    while let name = rest.popFirst() {
      guard ["--folder", "--lock-fd", "--secrets-fd", "--open-files"].contains(name), let value = rest.popFirst() else {
        throw Misuse(message: "'\(name)' is not understood, or lacks a value")
      }
      values[name] = value
    }
    guard let folder = values["--folder"], folder.hasPrefix("/") else { throw Misuse(message: "--folder must be an absolute path") }
    guard let lock = values["--lock-fd"].flatMap(Int32.init), lock > 2 else { throw Misuse(message: "--lock-fd must be a descriptor") }
    self.folder = folder
    self.lock = lock
    secrets = values["--secrets-fd"].flatMap(Int32.init) ?? -1
    openFiles = values["--open-files"].flatMap { Int($0) }
  }
}
