import FoundationEssentials
import ResourceTracking
import RunStore
import TrainingModel

/// A disk, or a snapshot of one, that carries the tags of a machine in the ledger.
struct RentedDisk {
  let resource: Resource
  /// The row of the machine.
  let parent: LedgerRow

  /// A machine's disks are made within this time of the machine itself.
  private static let launch: TimeInterval = 300

  /// Nil for a machine, and for what belongs to none that the ledger knows.
  init?(_ resource: Resource, _ tracker: ResourceTracker) throws(LedgerError) {
    guard resource.kind != "machine", let named = resource.intent, let parent = try tracker.row(named), parent.kind == "machine" else {
      return nil
    }
    self.resource = resource
    self.parent = parent
  }

  /// Whether it was made with the machine, from the machine's image: then nothing is on it but what the run has left, and the machine's own
  /// meters pay for it while the machine exists.
  var isBootDisk: Bool {
    guard resource.isFromImage, let made = resource.launchedAt else { return false }
    return abs(made.timeIntervalSince(parent.launchedAt ?? parent.createdAt)) <= Self.launch
  }

  /// Whether the machine's row stands for it.
  var isPartOfMachine: Bool { isBootDisk && !parent.state.isOver && parent.goneSaidAt == nil }

  /// What would be lost with a disk or a snapshot, in words. On a boot disk is only what its run did not declare as outputs, unless the run was
  /// lost before those came home; what is on one of a machine that nobody knows, nobody knows either.
  static func dataAtRisk(_ resource: Resource, _ tracker: ResourceTracker, _ store: RunStore) throws(LedgerError) -> [String] {
    guard resource.kind == "volume" || resource.kind == "snapshot" else { return [] }
    guard let disk = try RentedDisk(resource, tracker), disk.isBootDisk else { return ["what is on it"] }
    guard let id = disk.parent.runID, let run = try? store.record(id), run.uid == disk.parent.runUID, run.reason == .lost else { return [] }
    return ["what \(id) had left on it when it was lost"]
  }
}
