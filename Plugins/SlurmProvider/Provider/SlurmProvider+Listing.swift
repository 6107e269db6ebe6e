import Basics
import FoundationEssentials
public import ProviderKit
public import SafeCleanup
public import TrainingModel

extension SlurmProvider: EndHistory {
  /// One page: what is in the queue and what has left it in the last minutes, and, where accounts are kept, in the last week.
  public func resources(_ scope: ListingScope, after page: PageToken?) async throws(ProviderError) -> ResourcePage {
    let cluster = try await cluster()
    var jobs = try await control.queued(.of(user: cluster.user))
    if cluster.keepsAccounts, scope != .everything {
      let known = Set(jobs.map(\.id))
      jobs += try await control.accounted(.of(user: cluster.user), days: 7).filter { $0.token != nil && !known.contains($0.id) }
    }
    if case .run(let uid) = scope { jobs += try await leftOut(of: jobs, run: uid) }
    return ResourcePage(jobs.filter { $0.belongs(to: scope) }.map { $0.resource(provider: id, cluster: cluster.name) })
  }

  /// A run's task that is missing where others of its array are: slurmrestd cuts the list of those that wait off when it is long.
  private func leftOut(of jobs: [ClusterJob], run uid: String) async throws(ProviderError) -> [ClusterJob] {
    guard let id = jobs.lazy.compactMap({ $0.task(ofRun: uid) }).first, !jobs.contains(where: { $0.id == id }) else { return [] }
    return try await control.queued(.number(id))
  }

  /// How one job stands. One that the controller has forgotten is gone.
  public func status(of resource: ResourceID) async throws(ProviderError) -> ResourceState {
    let job = try await control.queued(.number(try Self.number(resource))).first
    return job.map { JobState.resourceState($0.state) } ?? .gone
  }

  /// Cancels a job.
  public func destroy(_ permit: consuming CleanupPermit) async throws(ProviderError) -> Destruction {
    try await cancel(permit.resource)
  }

  func cancel(_ resource: ResourceID) async throws(ProviderError) -> Destruction {
    let number = try Self.number(resource)
    guard try await status(of: resource) != .gone, try await control.cancel(number) else { return .alreadyGone }
    return .pending(checkAgainIn: .seconds(2))
  }

  /// How a job ended: from the controller while it remembers, then from the accounts.
  public func end(of resource: ResourceID) async throws(ProviderError) -> ResourceEnd? {
    let number = try Self.number(resource)
    guard let end = try await control.end(of: number), !end.state.isEmpty else {
      guard ClusterJob.task(of: number) != nil, try await cluster().keepsAccounts else { return nil }
      return ResourceEnd(reason: .stopped, words: "Slurm knows nothing of it: it was taken out of its array before its turn came")
    }
    return Self.end(state: end.state, code: end.code, why: end.why)
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

  /// A job's number, and nothing that a program could take for an option.
  static func number(_ resource: ResourceID) throws(ProviderError) -> String {
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
