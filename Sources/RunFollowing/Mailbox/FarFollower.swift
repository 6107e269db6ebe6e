import Basics
public import TrainingModel

/// Follows a run far away: mirrors its mailbox, or lets another process do that, and reads the folder here as it grows.
public struct FarFollower: Sendable {
  /// How following ended.
  public enum End: Sendable, Equatable {
    /// The run is over, and every byte of its log was copied.
    case ended(RunRecord)
    /// Nothing was heard of the agent for too long.
    case agentLost(SeenHeartbeat)
    /// The calling task was cancelled; the run goes on.
    case cancelled
  }
  /// What changes on the way.
  public enum Event: Sendable, Equatable {
    case run(Follower.Event)
    case mailbox(MailboxMirror.Event)
  }
  private enum Part: Sendable {
    case mirror(MailboxMirror.End)
    case follower(Follower.End)
  }

  private let mirror: MailboxMirror
  private let follower: Follower

  /// A follower of the run whose mailbox `mirror` brings home; `output` and `tail` as for ``Follower``.
  public init(_ mirror: MailboxMirror, output: Int32?, tail: Int? = nil) {
    self.mirror = mirror
    follower = Follower(mirror.folder, output: output, tail: tail, watchesAgent: false)
  }

  /// Follows to the end.
  /// - Throws: what mirror and follower throw.
  public func follow(onEvent: @escaping @Sendable (Event) -> Void) async throws -> End {
    try await withThrowingTaskGroup(of: Part.self) { group in
      group.addTask { .mirror(try await mirror.run(announces: true) { onEvent(.mailbox($0)) }) }
      group.addTask { .follower(try await follower.follow { onEvent(.run($0)) }) }
      for try await part in group {
        switch part {
        // The follower sees the record's end by itself, once it has copied the log.
        case .mirror(.ended): continue
        case .mirror(.lost(let seen)):
          group.cancelAll()
          return .agentLost(seen)
        case .follower(.ended(let record)):
          group.cancelAll()
          return .ended(record)
        case .mirror(.cancelled), .follower(.cancelled), .follower(.agentLost): return .cancelled
        }
      }
      return .cancelled
    }
  }
}
