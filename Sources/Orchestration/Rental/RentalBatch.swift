import FoundationEssentials
import ProviderKit
import TrainingModel

/// What goes out in one request: one run, or many of a sweep.
struct RentalBatch {
  /// What all runs of a sweep's request have in common.
  struct Sweep: Equatable {
    var label: String
    var parallel: Int
    var after: [ResourceID]
  }

  /// Where one run is tried, as which row.
  struct Place {
    var candidate: RentalCandidate
    var intent: IntentID
    var share: SweepShare?
  }

  /// One run at one place, on paper.
  struct Attempt {
    var candidate: RentalCandidate
    var row: LedgerRow
    var composed: ComposedLaunch
  }

  var runs: [RunInHand]
  /// Nil for a run by itself.
  let sweep: Sweep?
  /// The last place that was tried, one for each run.
  var attempts: [Attempt] = []
  /// Runs that could not be prepared, and those after them.
  private(set) var leftOut: [RunInHand] = []
  /// Why.
  private(set) var refusal: (any Error)?

  init(_ runs: [RunInHand], sweep: Sweep? = nil) {
    self.runs = runs
    self.sweep = sweep
  }

  /// Who writes into the ledger.
  var words: String { sweep.map { "run \($0.label)" } ?? "run \(runs.first?.record.id.rawValue ?? "")" }

  func share(_ index: Int) -> SweepShare? {
    sweep.map { SweepShare(label: $0.label, index: index, parallel: $0.parallel, after: $0.after) }
  }

  /// The row of a run: in a sweep they are counted from one id.
  func intent(_ index: Int, fresh: UUID) -> IntentID {
    IntentID(sweep == nil ? fresh.uuidString.lowercased() : SweepMember.id(index, of: SweepMember.base(fresh)))
  }

  /// What stands in the way of one stands in the way of all after it.
  mutating func leaveOut(from index: Int, because error: any Error) {
    leftOut = Array(runs[index...]) + leftOut
    refusal = error
    runs.removeSubrange(index...)
  }
}
