import Basics
import FoundationEssentials
import ProviderKit
import TrainingModel

/// A job as squeue or sacct shows it.
struct ClusterJob: Sendable, Equatable {
  var id: String
  var name: String
  /// In Slurm's own word.
  var state: String
  /// What it waits for, or why it ended.
  var why: String?
  var partition: String
  var nodes: Int
  var startedAt: Date?
  var endedAt: Date?
  var user: String
  var tags: [String: String]

  /// Between fields: no name and no comment holds it.
  private static let separator = "\u{1F}"
  /// What every job of ours is called like.
  static let prefix = "runpilot-"

  /// squeue's fields, the free text last. Tasks of an array are asked for one by one (`-r`).
  static let queueFormat = ["%i", "%T", "%r", "%P", "%D", "%S", "%e", "%u", "%j", "%k"].joined(separator: separator)

  /// A line of squeue. Times are seconds since 1970 (`SLURM_TIME_FORMAT=%s`). Nil for a line of another form.
  init?(queued line: some StringProtocol) {
    let parts = line.components(Self.separator)
    guard parts.count == 10, !parts[0].isEmpty else { return nil }
    (id, state, partition, user, name) = (parts[0], parts[1], parts[3], parts[7], parts[8])
    why = parts[2] == "None" || parts[2].isEmpty ? nil : parts[2]
    nodes = Int(parts[4]) ?? 1
    let resource = JobState.resourceState(state)
    // While it waits it is the time at which it may start.
    startedAt = resource == .starting ? nil : Self.time(parts[5])
    endedAt = resource == .gone ? Self.time(parts[6]) : nil
    tags = Self.tags(JobTags.read(parts[9]), of: id)
  }

  /// A job as slurmrestd tells it. Times are seconds since 1970, 0 for none.
  init(
    id: String, name: String, state: String, why: String?, partition: String, nodes: Int64?, start: Int64?, end: Int64?, user: String,
    tags: [String: String]
  ) {
    (self.id, self.name, self.state, self.partition, self.user, self.tags) = (id, name, state, partition, user, tags)
    self.why = why == "None" || why?.isEmpty ?? true ? nil : why
    self.nodes = nodes.flatMap { Int(exactly: $0) } ?? 1
    let resource = JobState.resourceState(state)
    startedAt = resource == .starting ? nil : SlurmTime.date(start)
    endedAt = resource == .gone ? SlurmTime.date(end) : nil
  }

  /// sacct's fields.
  static let accountFormat = "JobID,State,Partition,NNodes,Start,End,User,JobName"

  /// A line of `sacct -P -n -X` with `--delimiter`. Nil for a line of another form.
  init?(accounted line: some StringProtocol) {
    let parts = line.components(Self.separator)
    // `12_[3-5]` are tasks whose turn has not come: the queue has them one by one.
    guard parts.count == 8, !parts[0].isEmpty, !parts[0].contains("[") else { return nil }
    (id, state, partition, user, name) = (parts[0], parts[1], parts[2], parts[6], parts[7])
    nodes = Int(parts[3]) ?? 1
    let resource = JobState.resourceState(state)
    startedAt = resource == .starting ? nil : Self.time(parts[4])
    endedAt = resource == .gone ? Self.time(parts[5]) : nil
    tags = [:]
  }

  static let accountDelimiter = separator

  private static func time(_ text: String) -> Date? { SlurmTime.date(Int64(text)) }

  /// The token that its name ends with; nil for a job of somebody else's.
  var token: String? {
    guard name.hasPrefix(Self.prefix), let dot = name.lastIndex(of: ".") else { return nil }
    let token = String(name[name.index(after: dot)...])
    return Self.task(of: id).map { SweepMember.id($0, of: token) } ?? token
  }

  /// The name of a launch's job: for people first, then what finds it again.
  static func name(_ name: String, _ token: LaunchToken) -> String { "\(name).\(token.value)" }

  /// As the ledger knows it.
  func resource(provider: ProviderID, cluster: String) -> Resource {
    var resource = Resource(
      id: ResourceID(id), provider: provider, kind: "machine", state: JobState.resourceState(state), runUID: tags[OwnershipTags.run])
    resource.name = name
    resource.installation = tags[OwnershipTags.installation]
    resource.owner = tags[OwnershipTags.owner]
    resource.intent = (tags[OwnershipTags.intent] ?? token).map { IntentID($0) }
    resource.launchedAt = startedAt
    resource.endedAt = endedAt
    resource.stateReason = why
    resource.place = RentalPlace(provider: provider, account: cluster, region: "", machine: partition)
    resource.tags = tags
    return resource
  }
}

extension StringProtocol {
  /// The parts between separators, empty ones too.
  fileprivate func components(_ separator: String) -> [String] {
    utf8.split(separator: separator.utf8.first ?? 0, omittingEmptySubsequences: false).map { String(decoding: $0, as: UTF8.self) }
  }
}
