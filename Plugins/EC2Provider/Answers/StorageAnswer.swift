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
  /// The machine that it hangs on.
  var attachedTo: String?
  /// Whether it was made from a snapshot, as a machine's root disk is from its image's.
  var isFromSnapshot: Bool
  /// Whether it is charged by its size and by nothing else at the price that the price list has for gp3.
  var isPlainGP3: Bool
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
        attachedTo: attachments.first?.text("instanceId"), isFromSnapshot: !(node.text("snapshotId") ?? "").isEmpty,
        isPlainGP3: isPlainGP3(node), tags: InstanceAnswer.tags(node))
    }
  }

  /// gp3 includes 3,000 operations and 125 MiB a second; more of them cost extra (EBS pricing).
  private static func isPlainGP3(_ node: XMLNode) -> Bool {
    func most(_ name: String, _ included: Int) -> Bool { node.text(name).flatMap { Int($0) }.map { $0 <= included } ?? true }
    return node.text("volumeType") == "gp3" && most("iops", 3_000) && most("throughput", 125)
  }

  /// All snapshots of an answer to DescribeSnapshots.
  static func snapshots(_ root: XMLNode) -> [StorageAnswer] {
    root.items("snapshotSet").compactMap { node in
      guard let id = node.text("snapshotId") else { return nil }
      return StorageAnswer(
        id: id, kind: "snapshot", state: state(node.text("status")), gigabytes: node.text("volumeSize").flatMap { Int64($0) } ?? 0,
        madeAt: node.text("startTime").flatMap(Timestamp.parse), zone: nil, goesWithMachine: false, isFromSnapshot: false,
        isPlainGP3: false, tags: InstanceAnswer.tags(node))
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
  /// - Parameter book: the prices of its region that are at hand.
  func resource(provider: ProviderID, account: String, region: String, _ book: PriceBook) -> Resource {
    var resource = Resource(id: ResourceID(id), provider: provider, kind: kind, state: state)
    resource.own(tags)
    resource.launchedAt = madeAt
    resource.attachedTo = attachedTo.map { ResourceID($0) }
    resource.isFromImage = isFromSnapshot
    resource.meters = [meter(book)]
    resource.place = RentalPlace(provider: provider, account: account, region: region, zone: zone, machine: "\(gigabytes) GB \(kind)")
    return resource
  }

  /// A snapshot is charged for the blocks that no older one has, which nobody tells: the whole disk is the most that it may cost.
  private func meter(_ book: PriceBook) -> Meter {
    let isSnapshot = kind == "snapshot"
    let price = isSnapshot ? book.snapshotMonth : isPlainGP3 ? book.diskMonth : nil
    let hourly = price?.hourly(gigabytes: gigabytes)
    return Meter(
      isSnapshot ? .storage : .disk, "\(gigabytes) GB \(kind)", hourly: hourly.map { Money($0) }, isCeiling: isSnapshot,
      source: hourly.flatMap { _ in price?.source }, asOf: hourly.flatMap { _ in price?.date }, minimumSeconds: isSnapshot ? 0 : 60)
  }
}
