import Basics
import FoundationEssentials
import Glibc
import Subprocessing
import TrainingModel

/// Finds the processes of a home's runs: agents by the folder they were given, all others by their environment.
struct RunProcesses: Sendable {
  /// What runs for one run.
  struct Tree: Sendable, Equatable {
    var uid: String
    var runFolder: String
    var agent: ProcessIdentity?
    var others: [ProcessIdentity] = []
    var all: [ProcessIdentity] { (agent.map { [$0] } ?? []) + others }
  }

  private let runs: String
  private let provider: ProviderID
  private let proc: String

  /// - Parameter provider: whose runs; an agent may also carry another provider's container.
  init(home: String, provider: ProviderID, proc: String = "/proc") {
    runs = home + "/runs/"
    self.provider = provider
    self.proc = proc
  }

  /// The trees of one run, or of all runs of the home, by uid.
  func find(uid wanted: String?) -> [Tree] {
    var trees: [String: Tree] = [:]
    for pid in ((try? Files.names(in: proc)) ?? []).compactMap({ Int32($0) }) where pid != getpid() {
      guard let (uid, folder, isAgent) = agent(pid) ?? member(pid), wanted == nil || uid == wanted else { continue }
      guard let process = ProcessIdentity.of(pid), process.isAlive else { continue }
      var tree = trees[uid] ?? Tree(uid: uid, runFolder: folder)
      if isAgent { tree.agent = process } else { tree.others.append(process) }
      trees[uid] = tree
    }
    return trees.values.sorted { $0.uid < $1.uid }
  }

  private func agent(_ pid: Int32) -> (uid: String, folder: String, isAgent: Bool)? {
    let words = strings(pid, "cmdline")
    guard words.count > 2, Paths.name(of: words[0]) == "runpilot-agent", words[1] == "--folder", words[2].hasPrefix(runs) else {
      return nil
    }
    guard let data = try? Files.read(RunFolder(words[2]).record), let record = try? JSON.decode(RunRecord.self, from: data) else {
      return nil
    }
    return record.provider == provider ? (record.uid, words[2], true) : nil
  }

  private func member(_ pid: Int32) -> (uid: String, folder: String, isAgent: Bool)? {
    var values: [String: String] = [:]
    for entry in strings(pid, "environ") where entry.hasPrefix("RUNPILOT_RUN_") {
      let parts = entry.split(separator: "=", maxSplits: 1).map(String.init)
      if parts.count == 2 { values[parts[0]] = parts[1] }
    }
    guard let uid = values["RUNPILOT_RUN_UID"], let folder = values["RUNPILOT_RUN_DIR"], folder.hasPrefix(runs) else { return nil }
    return (uid, folder, false)
  }

  private func strings(_ pid: Int32, _ file: String) -> [String] {
    guard let data = try? Files.read("\(proc)/\(pid)/\(file)", limit: 8 << 20) else { return [] }
    return data.split(separator: 0).map { String(decoding: $0, as: UTF8.self) }
  }
}
