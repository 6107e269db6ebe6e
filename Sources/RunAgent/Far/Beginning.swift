import TrainingModel

/// How an agent far away begins: on a folder of its own, or where an earlier one was cut off. Pure.
enum Beginning: Equatable {
  /// Nobody was here before.
  case first
  /// A scheduler has started the job again, for the n-th time.
  case again(Int64)
  /// It has done so once more than was asked for; in words.
  case tooOften(String)
  /// An earlier agent began, and is gone: what it left is delivered.
  case lost
  /// The run is over: what is left of it is delivered.
  case over

  /// Decides.
  /// - Parameters:
  ///   - hasBegun: whether an earlier agent got as far as the job.
  ///   - record: the run's record as that one left it.
  ///   - counted: what the scheduler says of how often it has started the job again. Where it says nothing this is another job of the same run,
  ///     which an answer that was lost may lead to, and never runs it.
  static func decide(hasBegun: Bool, record: RunRecord?, restart: RestartOrder?, counted: String?) -> Beginning {
    guard hasBegun else { return .first }
    // Cut off between its record's last state and the word that it may go on.
    let isOver = record.map { $0.status.isTerminal && $0.reason != .interrupted } ?? false
    if isOver { return .over }
    guard let record, let restart, let count = counted.flatMap({ Int64($0) }), count > 0 else {
      return record?.status.isTerminal ?? false ? .over : .lost
    }
    // The job can write the record that stands here, too.
    let before = record.restarts ?? 0
    guard before >= 0, before < restart.most else {
      return .tooOften("it was cut off again, and may be started again \(restart.most) times")
    }
    return .again(before + 1)
  }
}
