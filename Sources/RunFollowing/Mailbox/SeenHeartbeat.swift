public import FoundationEssentials
public import TrainingModel

/// The last heartbeat that was seen, by the store's clock.
public struct SeenHeartbeat: Sendable, Equatable {
  /// What the agent said.
  public var heartbeat: Heartbeat
  /// When the store got it.
  public var at: Date
  /// How old it was when the store was last asked.
  public var age: Duration

  /// A heartbeat.
  public init(heartbeat: Heartbeat, at: Date, age: Duration) {
    self.heartbeat = heartbeat
    self.at = at
    self.age = age
  }
}
