import Basics
import ProviderKit
import TrainingModel

/// What an attempt after the first one goes on from.
struct Sequel: Sendable {
  /// Which attempt it is, from two.
  var attempt: Int
  /// Where the one before it ran.
  var previous: RentalFacts
  /// The very code of the first attempt; nil when that is not known any more, and it is packed anew.
  var bundle: BundleReference?
  /// The newest checkpoint's name; nil when nothing was saved.
  var checkpoint: String?
  /// Bytes of log that are here.
  var logStart: Int64
  /// What the earlier attempts have left of the run's money; nil for no limit.
  var costLeft: Money?
}

extension RunRecord {
  /// How often its attempt was started again, as far as that can be: the number comes from a machine where the job can write it.
  var restartCount: Int { Int(min(max(0, restarts ?? 0), 1_000_000)) }
}

/// Whether a run that was cut off is started again. Pure.
enum SequelDecision: Equatable {
  /// Start again.
  case again
  /// Leave it as it is; the words say why when the run had asked for more.
  case over(String?)

  /// A machine that could not do anything in its remaining time is not worth its start.
  static let leastTime: Double = 15 * 60

  /// Decides.
  /// - Parameters:
  ///   - machineIsGone: whether the provider says that the machine has ended. A spot machine that went without a word was taken away, too.
  ///   - spent: what all attempts have cost until now.
  static func decide(_ record: RunRecord, wishes: RentalWishes, machineIsGone: Bool, spent: RunCost?, secondsLeft: Double) -> SequelDecision
  {
    guard let facts = record.rental, record.status == .failed else { return .over(nil) }
    let wasTaken = record.reason == .interrupted || (record.reason == .lost && facts.place.market == .spot && machineIsGone)
    guard wasTaken, wishes.retries > 0 else { return .over(nil) }
    let attempts = facts.attempt + record.restartCount
    guard attempts <= wishes.retries else { return .over("that was attempt \(attempts), and `retries` is \(wishes.retries)") }
    guard secondsLeft >= leastTime else { return .over("its time is nearly over") }
    if let most = wishes.maxCost {
      guard let spent, !spent.hasUnknown, spent.amount.currency == most.currency else { return .over("nobody knows what it has cost") }
      guard spent.amount.amount < most.amount else { return .over("it has cost \(spent.amount), and may cost \(most)") }
    }
    return .again
  }
}
