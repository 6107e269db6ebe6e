import Basics
import FoundationEssentials
public import ProviderKit
public import SafeCleanup
public import TrainingModel

extension SlurmProvider: EndHistory {
  /// One page: what is in the queue and what has left it in the last minutes, and, where accounts are kept, in the last week.
  public func resources(_ scope: ListingScope, after page: PageToken?) async throws(ProviderError) -> ResourcePage {
    let cluster = try await cluster()
    let queue = try await ask(
      ["squeue", "-h", "-a", "-t", "all", "-u", cluster.user, "-o", ClusterJob.queueFormat], doing: "list jobs")
    var jobs = queue.split(separator: "\n").compactMap { ClusterJob(queued: $0) }
    if cluster.keepsAccounts, scope != .everything {
      let known = Set(jobs.map(\.id))
      let over = try await ask(Self.accounts + ["-u", cluster.user, "--starttime=now-7days"], doing: "list jobs that are over")
      jobs += over.split(separator: "\n").compactMap { ClusterJob(accounted: $0) }.filter { $0.token != nil && !known.contains($0.id) }
    }
    return ResourcePage(jobs.filter { $0.belongs(to: scope) }.map { $0.resource(provider: id, cluster: cluster.name) })
  }

  /// How one job stands. One that the controller has forgotten is gone.
  public func status(of resource: ResourceID) async throws(ProviderError) -> ResourceState {
    let number = try Self.number(resource)
    let outcome = try await shell.run(timed(["squeue", "-h", "-a", "-t", "all", "-j", number, "-o", ClusterJob.queueFormat]))
    if outcome.code != 0 {
      guard Self.isUnknown(outcome) else { throw SlurmFault.error(outcome, doing: "look at job \(number)", changes: false) }
      return .gone
    }
    let job = outcome.output.split(separator: "\n").first.flatMap { ClusterJob(queued: $0) }
    return job.map { JobState.resourceState($0.state) } ?? .gone
  }

  /// Cancels a job.
  public func destroy(_ permit: consuming CleanupPermit) async throws(ProviderError) -> Destruction {
    try await cancel(permit.resource)
  }

  func cancel(_ resource: ResourceID) async throws(ProviderError) -> Destruction {
    let number = try Self.number(resource)
    let state = try await status(of: resource)
    guard state != .gone else { return .alreadyGone }
    let outcome = try await shell.run(["scancel", number], input: [], changes: true)
    if outcome.code != 0 || outcome.errors.contains("rror") {
      if Self.isUnknown(outcome) { return .alreadyGone }
      throw SlurmFault.error(outcome, doing: "cancel job \(number)", changes: true)
    }
    return .pending(checkAgainIn: .seconds(2))
  }

  /// How a job ended: from the controller while it remembers, then from the accounts.
  public func end(of resource: ResourceID) async throws(ProviderError) -> ResourceEnd? {
    let number = try Self.number(resource)
    let shown = try await shell.run(["scontrol", "show", "job", "-o", number])
    var facts: (state: String, code: String, why: String)?
    if shown.code == 0 {
      func value(_ key: String) -> String {
        shown.output.split(separator: " ").first { $0.hasPrefix(key + "=") }.map { String($0.dropFirst(key.utf8.count + 1)) } ?? ""
      }
      facts = (value("JobState"), value("ExitCode"), value("Reason"))
    } else if try await cluster().keepsAccounts {
      let line = try await ask(
        ["sacct", "-X", "-n", "-P", "-o", "State,ExitCode,Reason", "-j", number], doing: "ask how job \(number) ended")
      let parts = line.split(separator: "\n").first?.split(separator: "|", omittingEmptySubsequences: false).map(String.init) ?? []
      if parts.count == 3 { facts = (parts[0], parts[1], parts[2]) }
    }
    guard let facts, !facts.state.isEmpty else { return nil }
    return Self.end(state: facts.state, code: facts.code, why: facts.why)
  }

  /// The exit codes are those of our own script.
  static func end(state: String, code: String, why: String) -> ResourceEnd {
    var words = "Slurm says \(state)"
    if !why.isEmpty, why != "None" { words += " (\(why))" }
    switch code {
    case "73:0": words += ": the node could not write the job's folder: is it on a file system that every node sees?"
    case "69:0": words += ": the node could not fetch the agent"
    case "0:0", "": break
    // `CODE:SIGNAL`
    default:
      let parts = code.split(separator: ":")
      words += parts.count == 2 && parts[1] != "0" ? ", killed by signal \(parts[1])" : ", exit code \(parts.first ?? "")"
    }
    return ResourceEnd(reason: JobState.reason(state), words: words)
  }

  private static func isUnknown(_ outcome: ShellOutcome) -> Bool {
    let words = outcome.errors.lowercased()
    return words.contains("invalid job id") || words.contains("already completing or completed")
  }

  /// A job's number, and nothing that a program could take for an option.
  private static func number(_ resource: ResourceID) throws(ProviderError) -> String {
    let text = resource.rawValue
    guard !text.isEmpty, text.utf8.allSatisfy({ (0x30...0x39).contains($0) || $0 == UInt8(ascii: "_") }) else {
      throw ProviderError(.notFound, "'\(text)' is no job of a cluster")
    }
    return text
  }
}

extension ClusterJob {
  fileprivate func belongs(to scope: ListingScope) -> Bool {
    switch scope {
    case .everything: true
    case .ours, .managed: token != nil || tags[OwnershipTags.createdBy] == "runpilot"
    // The accounts keep no tags; which row it is says the token.
    case .run(let uid): tags.isEmpty ? token != nil : tags[OwnershipTags.run] == uid
    }
  }
}
