import AWSSupport
import Basics
import FoundationEssentials
import TrainingModel
import XML

/// What EC2 says of a disk, or of a snapshot of one.
struct StorageAnswer: Sendable, Equatable {
  var id: String
  var kind: String
  var state: ResourceState
  var gigabytes: Int64
  var madeAt: Date?
  var zone: String?
  /// Whether it hangs on a machine that takes it along when it ends: then it is part of that machine.
  var goesWithMachine: Bool
  var tags: [String: String]

  /// All disks of an answer to DescribeVolumes.
  static func volumes(_ root: XMLNode) -> [StorageAnswer] {
    root.items("volumeSet").compactMap { node in
      guard let id = node.text("volumeId") else { return nil }
      let attachments = node.items("attachmentSet")
      return StorageAnswer(
        id: id, kind: "volume", state: state(node.text("status")), gigabytes: node.text("size").flatMap { Int64($0) } ?? 0,
        madeAt: node.text("createTime").flatMap(Timestamp.parse), zone: node.text("availabilityZone"),
        goesWithMachine: !attachments.isEmpty && !attachments.contains { $0.text("deleteOnTermination") == "false" },
        tags: InstanceAnswer.tags(node))
    }
  }

  /// All snapshots of an answer to DescribeSnapshots.
  static func snapshots(_ root: XMLNode) -> [StorageAnswer] {
    root.items("snapshotSet").compactMap { node in
      guard let id = node.text("snapshotId") else { return nil }
      return StorageAnswer(
        id: id, kind: "snapshot", state: state(node.text("status")), gigabytes: node.text("volumeSize").flatMap { Int64($0) } ?? 0,
        madeAt: node.text("startTime").flatMap(Timestamp.parse), zone: nil, goesWithMachine: false, tags: InstanceAnswer.tags(node))
    }
  }

  private static func state(_ text: String?) -> ResourceState {
    switch text {
    case "creating", "pending": .starting
    case "deleting": .stopping
    case "deleted": .gone
    default: .running
    }
  }

  /// As the rest of the program sees it.
  func resource(provider: ProviderID, account: String, region: String) -> Resource {
    var resource = Resource(id: ResourceID(id), provider: provider, kind: kind, state: state)
    resource.own(tags)
    resource.launchedAt = madeAt
    resource.place = RentalPlace(provider: provider, account: account, region: region, zone: zone, machine: "\(gigabytes) GB \(kind)")
    return resource
  }
}
