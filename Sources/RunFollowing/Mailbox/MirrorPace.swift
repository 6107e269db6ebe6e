import TrainingModel

/// How often a mirror looks at what.
public struct MirrorPace: Sendable, Equatable {
  /// Between two looks at the log, the record and the progress.
  public var look: Duration = .seconds(1)
  /// Between two looks at the metrics.
  public var metrics: Duration = .seconds(5)
  /// Between two looks at the heartbeat.
  public var heartbeat: Duration = .seconds(15)
  /// Between two words that somebody follows.
  public var announcement: Duration = .seconds(20)
  /// How old the last heartbeat is, by the store's clock, when the agent counts as lost.
  public var lostAfter: Duration = Heartbeat.lostAfter
  /// How long a log that ends too early may take to become whole, once the run is over.
  public var lastBytes: Duration = .seconds(60)
  /// The longest wait between attempts while the store is out.
  public var longestWait: Duration = .seconds(15)
  /// Between two looks whether another process has let go of the mirror.
  public var lock: Duration = .milliseconds(500)

  /// The usual pace.
  public init() {}
}
