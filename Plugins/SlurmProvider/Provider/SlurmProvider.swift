import Basics
import FoundationEssentials
public import ProviderKit
import Synchronization
import TrainingModel

/// Runs jobs on a cluster that Slurm shares out among many.
public struct SlurmProvider: Sendable {
  let id: ProviderID
  let settings: SlurmSettings
  let shell: any ClusterShell
  let memory = Memory()

  init(_ settings: ProviderSettings, shell: (SlurmSettings) -> any ClusterShell) throws(ProviderError) {
    id = settings.id
    self.settings = try SlurmSettings(settings.values)
    self.shell = shell(self.settings)
  }

  /// What there is to know about it before it exists.
  public static let descriptor = ProviderDescriptor(
    module: "slurm", summary: "runs jobs on a Slurm cluster, from a machine of it or over ssh",
    settings: SlurmSettings.descriptions,
    credentials: [
      "the user's own account on the cluster", "SLURM_CONF, where the cluster's configuration is",
      "ssh's keys and SSH_AUTH_SOCK, with `host`",
    ],
    powers: [
      PowerDescription("gpu", true, "as generic resources (GRES), by model and count"),
      PowerDescription(ProviderDescriptor.severalNodes, true, "started together by srun, with rank and address of the first for each"),
      PowerDescription("spot", false, "a cluster has its own rules of preemption: choose them by partition and qos"),
      PowerDescription("stop and start", false, "a stopped job gives its nodes back: there is nothing to start again"),
    ],
    runsContainers: false, isRented: true
  ) { settings, context throws(ProviderError) in
    // Its programs tell times as text of the cluster's own zone unless they are asked for seconds.
    var environment = context.environment
    environment["SLURM_TIME_FORMAT"] = "%s"
    let here = environment
    return try SlurmProvider(settings) { settings in
      guard let host = settings.host else { return LocalShell(environment: here) }
      return RemoteShell(host: host, options: settings.sshOptions, environment: here)
    }
  }

  /// What is the same all the time.
  struct Cluster: Sendable, Equatable {
    var name: String
    var version: String
    var user: String
    /// Whether sacct answers.
    var keepsAccounts: Bool
  }

  final class Memory: Sendable {
    let cluster = Mutex<Cluster?>(nil)
  }

  /// Which cluster this is, and as whom it is used; asked once.
  func cluster() async throws(ProviderError) -> Cluster {
    if let known = memory.cluster.withLock({ $0 }) { return known }
    let outcome = try await shell.run(["sh", "-c", "id -un && exec scontrol show config"])
    guard outcome.code == 0 else { throw SlurmFault.error(outcome, doing: "ask the cluster who it is", changes: false) }
    let lines = outcome.output.split(separator: "\n")
    func value(_ key: String) -> String? {
      lines.first { $0.hasPrefix(key + " ") }?.split(separator: "=", maxSplits: 1).last.map { String($0).trimmed() }
    }
    guard let user = lines.first.map(String.init), let name = value("ClusterName") else {
      throw ProviderError(.vendorFault, "the cluster's configuration names no cluster")
    }
    let accounts = value("AccountingStorageType") ?? ""
    let found = Cluster(
      name: name, version: value("SLURM_VERSION") ?? "", user: user, keepsAccounts: !accounts.isEmpty && accounts.hasSuffix("slurmdbd"))
    memory.cluster.withLock { $0 = found }
    return found
  }

  /// Runs a program that must succeed.
  func ask(_ words: [String], doing: String) async throws(ProviderError) -> String {
    let outcome = try await shell.run(timed(words))
    guard outcome.code == 0 else { throw SlurmFault.error(outcome, doing: doing, changes: false) }
    return outcome.output
  }

  /// The variable must reach the program on the login node, too.
  func timed(_ words: [String]) -> [String] { ["env", "SLURM_TIME_FORMAT=%s"] + words }
}
