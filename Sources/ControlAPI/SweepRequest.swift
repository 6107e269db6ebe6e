public import TrainingModel

/// Runs of a sweep that are to be started together.
public struct SweepRequest: Sendable {
  /// The sweep's label, which each run's tags have.
  public var label: String
  /// One for each run, alike but for their parameters.
  public var runs: [RunRequest]
  /// How many of them may go on at once.
  public var maxParallel: Int
  /// Runs of the sweep that go on already: none of these begins before they have ended.
  public var after: [RunID]

  /// A part of a sweep.
  public init(label: String, runs: [RunRequest], maxParallel: Int, after: [RunID] = []) {
    self.label = label
    self.runs = runs
    self.maxParallel = maxParallel
    self.after = after
  }
}

/// What became of a ``SweepRequest``.
public struct SweepStart: Sendable {
  /// Those that were left to their provider, in the order of the request.
  public var records: [RunRecord]
  /// Why the others were not; nil when all were.
  public var failure: (any Error)?

  /// What was started.
  public init(records: [RunRecord], failure: (any Error)? = nil) {
    self.records = records
    self.failure = failure
  }
}

extension RunService {
  /// One after the other.
  public func submit(sweep: SweepRequest, onProgress: @escaping @Sendable (RunProgress) -> Void) async throws -> SweepStart? { nil }
}
