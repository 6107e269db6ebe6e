/// What a run wants of a machine that is rented for it. Means nothing to a provider that costs nothing.
public struct RentalWishes: Sendable, Codable, Equatable {
  /// A machine that may be taken away, and only such a one; `fallback: [on-demand]` allows the other kind.
  public var spot = false
  /// The most that an hour may cost, everything together.
  public var maxPrice: Money?
  /// The most that the run may cost.
  public var maxCost: Money?
  /// End the machine after this long without a sign of work; nil for never.
  public var idleTimeoutSeconds: Int64?
  /// How often to start again after an interruption.
  public var retries: Int64 = 0
  /// How many nodes work on it together.
  public var nodes: Int64 = 1
  /// Where the job keeps what it can go on from.
  public var checkpoint: CheckpointWish?
  /// Whether the run asked for no time limit in so many words; without that a rented machine has one.
  public var allowsNoLimit = false

  /// Nothing out of the ordinary.
  public init() {}
}

/// Where a job keeps what it can go on from.
public struct CheckpointWish: Sendable, Codable, Equatable {
  /// A folder, relative to the job's working directory.
  public var directory: String
  /// How many of the newest to keep; nil for all.
  public var keep: Int64?
  /// What the job is given, followed by the newest checkpoint's path, when it goes on: `--resume`.
  public var resumeFlag: String?

  /// Checkpoints in a folder.
  public init(directory: String, keep: Int64? = nil, resumeFlag: String? = nil) {
    self.directory = directory
    self.keep = keep
    self.resumeFlag = resumeFlag
  }
}
