import Basics
import FoundationEssentials
import Subprocessing
import TrainingModel

/// Finds the living agents of a home's runs by the run folder that each was given.
struct AgentProcesses: Sendable {
  /// An agent at work.
  struct Agent: Sendable {
    var process: ProcessIdentity
    var folder: RunFolder
    var record: RunRecord
  }

  private let runs: String
  private let provider: ProviderID

  init(home: String, provider: ProviderID) {
    runs = home + "/runs/"
    self.provider = provider
  }

  /// The agents that carry this provider's runs; of one run alone when `uid` is given.
  func find(uid: String? = nil) -> [Agent] {
    let pids = ((try? Files.names(in: "/proc")) ?? []).compactMap { Int32($0) }
    return pids.compactMap { pid in
      guard let folder = folder(of: pid), let process = ProcessIdentity.of(pid), process.isAlive,
        let record = try? JSON.decode(RunRecord.self, from: Files.read(folder.record)), record.provider == provider
      else { return nil }
      return uid == nil || record.uid == uid ? Agent(process: process, folder: folder, record: record) : nil
    }
  }

  private func folder(of pid: Int32) -> RunFolder? {
    guard let bytes = try? Files.read("/proc/\(pid)/cmdline", limit: 1 << 20) else { return nil }
    let words = bytes.split(separator: 0, maxSplits: 3).map { String(decoding: $0, as: UTF8.self) }
    guard words.count > 2, Paths.name(of: words[0]) == "runpilot-agent", words[1] == "--folder", words[2].hasPrefix(runs) else {
      return nil
    }
    return RunFolder(words[2])
  }
}
