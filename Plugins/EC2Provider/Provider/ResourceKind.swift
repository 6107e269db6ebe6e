import AWSSupport
import ProviderKit
import TrainingModel
import XML

/// Kinds of things on EC2 that may be ours; an id's beginning tells them apart.
enum ResourceKind: Sendable {
  case machine, volume, snapshot, securityGroup

  var describe: String {
    switch self {
    case .machine: "DescribeInstances"
    case .volume: "DescribeVolumes"
    case .snapshot: "DescribeSnapshots"
    case .securityGroup: "DescribeSecurityGroups"
    }
  }

  var parameter: String {
    switch self {
    case .machine: "InstanceId"
    case .volume: "VolumeId"
    case .snapshot: "SnapshotId"
    case .securityGroup: "GroupId"
    }
  }

  /// How the thing stands that an answer to ``describe`` shows; nil when it shows none.
  func state(_ answer: XMLNode) -> ResourceState? {
    switch self {
    case .machine: InstanceAnswer.list(answer).first?.state
    case .volume: StorageAnswer.volumes(answer).first?.state
    case .snapshot: StorageAnswer.snapshots(answer).first?.state
    case .securityGroup: answer.items("securityGroupInfo").isEmpty ? nil : .running
    }
  }
}

extension EC2Provider {
  static func kind(of resource: ResourceID) throws(ProviderError) -> ResourceKind {
    for (prefix, kind) in [("i-", ResourceKind.machine), ("vol-", .volume), ("snap-", .snapshot), ("sg-", .securityGroup)]
    where resource.rawValue.hasPrefix(prefix) {
      return kind
    }
    throw ProviderError(.invalidRequest, "'\(resource)' is no id of EC2's", hints: ["machines are called `i-…`, disks `vol-…`"])
  }
}
