import FoundationEssentials
import TrainingModel

/// What is there of a run that is over, after one look.
struct RunRemains {
  /// What is to go and is still there, or may be, in words.
  var left: [String] = []
  /// What a rule keeps.
  var kept: [(row: LedgerRow, words: String)] = []
  /// Disks that do not go with their machine, until they stand by themselves.
  var awaited: Set<ResourceID>

  init(awaited: Set<ResourceID> = []) { self.awaited = awaited }

  /// Takes an attempt at one resource in.
  mutating func note(_ ending: ResourceDriver.Ending, _ row: LedgerRow, _ live: Resource) {
    let name = "\(row.kind) \(live.id)"
    awaited.formUnion(live.attachments.filter { !$0.diesToo }.map(\.id))
    switch ending {
    case .gone: break
    case .going: left.append("\(name) is on its way out")
    case .failed(let words): left.append("\(name) could not be ended: \(words)")
    // What hangs on something that goes will stand by itself in a moment.
    case .kept(let words) where live.attachedTo != nil: left.append("\(name) was left alone: \(words)")
    case .kept(let words): kept.append((row, words))
    }
  }

  /// In the words of a run's record. A machine that is kept, whatever the reason, is an end that is still to come.
  var outcome: CleanupOutcome {
    let words = left + kept.map { row, words in "\(row.kind) \(row.resource?.rawValue ?? "") stays and costs \(Self.price(row)): \(words)" }
    let isOver = left.isEmpty && !kept.contains { $0.row.kind == "machine" }
    return CleanupOutcome(isOver ? .done : .pending, detail: words.isEmpty ? nil : words.joined(separator: "; "))
  }

  private static func price(_ row: LedgerRow) -> String { ResourceKeeper.hourly(row).map { "\($0.shortText)/h" } ?? "an unknown price" }
}
