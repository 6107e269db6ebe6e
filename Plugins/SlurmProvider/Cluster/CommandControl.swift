import Basics
import ProviderKit
import TrainingModel

/// A cluster by Slurm's own programs.
struct CommandControl: ClusterControl {
  let shell: any ClusterShell
  let way: String

  init(_ shell: any ClusterShell, way: String) {
    self.shell = shell
    self.way = way
  }

  /// The user's own account; whether it is one shows with the first question.
  func access() async -> CheckResult? { nil }

  func identity() async throws(ProviderError) -> ClusterIdentity {
    let outcome = try await shell.run(["sh", "-c", "echo \"runpilot user = $(id -un)\" && exec scontrol show config"])
    guard outcome.code == 0 else { throw SlurmFault.error(outcome, doing: "ask the cluster who it is", changes: false) }
    let lines = outcome.output.split(separator: "\n")
    func value(_ key: String) -> String? {
      lines.first { $0.hasPrefix(key + " ") }?.split(separator: "=", maxSplits: 1).last.map { String($0).trimmed() }
    }
    // A login shell may say something of its own first.
    guard let user = value("runpilot user"), let name = value("ClusterName") else {
      throw ProviderError(.vendorFault, "the cluster's configuration names no cluster")
    }
    let counted = value("AccountingStorageTRES")?.split(separator: ",") ?? []
    return ClusterIdentity(
      name: name, version: value("SLURM_VERSION") ?? "", user: user,
      keepsAccounts: value("AccountingStorageType")?.hasSuffix("slurmdbd") ?? false, countsGPUs: counted.contains("gres/gpu"),
      longestArray: value("MaxArraySize").flatMap { Int($0) } ?? 0)
  }

  func nodeGroups() async throws(ProviderError) -> [NodeGroup] {
    try await ask(["sinfo", "-h", "-a", "-o", NodeGroup.format], doing: "ask which partitions there are")
      .split(separator: "\n").compactMap { NodeGroup($0) }
  }

  func compose(_ candidate: RentalCandidate, _ order: RentalOrder, _ settings: SlurmSettings) -> BatchRequest {
    BatchRequest(candidate, order, settings, seconds: order.lifetimeSeconds)
  }

  func submit(_ batch: BatchRequest) async throws(ProviderError) -> String {
    guard !batch.options.isEmpty else {
      throw ProviderError(
        .invalidRequest, "the job was written down for slurmrestd, and since then the provider has no `endpoint`",
        hints: ["start the run again, or put `endpoint` back into providers.toml to go on with this one"])
    }
    let outcome = try await shell.run(["sbatch"] + batch.options, input: Array(batch.script.utf8), changes: true)
    guard outcome.code == 0 else { throw SlurmFault.error(outcome, doing: "submit the job", changes: true) }
    // `123`, or `123;cluster`.
    let number = outcome.output.split(separator: "\n").last?.prefix { $0 != ";" } ?? ""
    guard !number.isEmpty, number.allSatisfy(\.isNumber) else {
      throw ProviderError(.vendorFault, "sbatch gave no job number: \(outcome.output.prefix(200))", effect: .unknown)
    }
    return String(number)
  }

  func cancel(_ number: String) async throws(ProviderError) -> Bool {
    // A task that is taken out of its array before its turn leaves no trace; one that is held first is a job of its own, and its end is told.
    if ClusterJob.task(of: number) != nil { _ = try await shell.run(["scontrol", "hold", number], input: [], changes: true) }
    let outcome = try await shell.run(["scancel", number], input: [], changes: true)
    guard outcome.code != 0 || outcome.errors.contains("rror") else { return true }
    if Self.isUnknown(outcome) { return false }
    throw SlurmFault.error(outcome, doing: "cancel job \(number)", changes: true)
  }

  /// Runs a program that must succeed.
  func ask(_ words: [String], doing: String) async throws(ProviderError) -> String {
    let outcome = try await shell.run(timed(words))
    guard outcome.code == 0 else { throw SlurmFault.error(outcome, doing: doing, changes: false) }
    return outcome.output
  }

  /// Its programs tell times as text of the cluster's own zone unless they are asked for seconds; the variable must reach the login node, too.
  func timed(_ words: [String]) -> [String] { ["env", "SLURM_TIME_FORMAT=%s"] + words }

  static func isUnknown(_ outcome: ShellOutcome) -> Bool {
    let words = outcome.errors.lowercased()
    return words.contains("invalid job id") || words.contains("already completing or completed")
  }
}
