import Basics
import ProviderKit

extension CommandControl {
  func queued(_ choice: JobChoice) async throws(ProviderError) -> [ClusterJob] {
    let doing: String
    let words: [String]
    switch choice {
    case .named(let name): (words, doing) = (["-n", name], "ask whether the job is in the queue already")
    case .of(let user): (words, doing) = (["-u", user], "list jobs")
    case .number(let number): (words, doing) = (["-j", number], "look at job \(number)")
    }
    let outcome = try await shell.run(timed(["squeue", "-h", "-a", "-r", "-t", "all"] + words + ["-o", ClusterJob.queueFormat]))
    guard outcome.code == 0 else {
      if case .number = choice, Self.isUnknown(outcome) { return [] }
      throw SlurmFault.error(outcome, doing: doing, changes: false)
    }
    return outcome.output.split(separator: "\n").compactMap { ClusterJob(queued: $0) }
  }

  func accounted(_ choice: JobChoice, days: Int) async throws(ProviderError) -> [ClusterJob] {
    let words: [String]
    switch choice {
    case .named(let name): words = ["--name=\(name)"]
    case .of(let user): words = ["-u", user]
    case .number(let number): words = ["-j", number]
    }
    return try await ask(Self.accounts + words + ["--starttime=now-\(days)days"], doing: "ask the accounts for jobs that are over")
      .split(separator: "\n").compactMap { ClusterJob(accounted: $0) }
  }

  func end(of number: String) async throws(ProviderError) -> JobEnd? {
    let shown = try await shell.run(["scontrol", "show", "job", "-o", number])
    if shown.code == 0 {
      func value(_ key: String) -> String {
        shown.output.split(separator: " ").first { $0.hasPrefix(key + "=") }.map { String($0.dropFirst(key.utf8.count + 1)) } ?? ""
      }
      return JobEnd(state: value("JobState"), code: value("ExitCode"), why: value("Reason"))
    }
    guard try await identity().keepsAccounts else { return nil }
    let line = try await ask(
      ["sacct", "-X", "-n", "-P", "-o", "State,ExitCode,Reason", "-j", number], doing: "ask how job \(number) ended")
    let parts = line.split(separator: "\n").first?.split(separator: "|", omittingEmptySubsequences: false).map(String.init) ?? []
    return parts.count == 3 ? JobEnd(state: parts[0], code: parts[1], why: parts[2]) : nil
  }

  func stretches(of number: String) async throws(ProviderError) -> [JobStretch] {
    try await ask(
      ["sacct", "-X", "-D", "-n", "-P", "-o", JobStretch.format, "-j", number], doing: "ask the accounts what job \(number) had"
    ).split(separator: "\n").compactMap { JobStretch($0) }
  }

  /// sacct without steps, for machines to read.
  private static let accounts = [
    "sacct", "-X", "-n", "-P", "--delimiter=\(ClusterJob.accountDelimiter)", "-o", ClusterJob.accountFormat,
  ]
}
