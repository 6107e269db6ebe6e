import Glibc

/// The names of everything in a run folder. Touches no disk.
public struct RunFolder: Sendable, Hashable {
  /// The folder's absolute path.
  public let path: String

  /// The folder at `path`.
  public init(_ path: String) { self.path = path }

  /// The canonical record, a ``RunRecord``.
  public var record: String { path + "/run.json" }
  /// The resolved configuration without secret values.
  public var config: String { path + "/config.yaml" }
  /// Every byte the job wrote, stdout and stderr as they came.
  public var logs: String { path + "/logs.txt" }
  /// A ``MetricsDocument``; missing when the job reported none.
  public var metrics: String { path + "/metrics.json" }
  /// What the job produced.
  public var outputs: String { path + "/outputs" }
  /// Uncommitted changes of the code at the start.
  public var patch: String { path + "/code.patch" }
  /// Locked by the agent for its whole life.
  public var lock: String { path + "/agent.lock" }
  /// What concerns the agent alone.
  public var agentFolder: String { path + "/.agent" }
  /// An ``AgentJob``.
  public var job: String { agentFolder + "/job.json" }
  /// A ``RunProgress``, replaced in one step.
  public var progress: String { agentFolder + "/progress.json" }
  /// The agent's own words.
  public var agentLog: String { agentFolder + "/agent.log" }
  /// For a run far away: the ``FarOrder`` its agent got.
  public var order: String { agentFolder + "/order.json" }
  /// For a run far away: held by the one process that brings its mailbox home.
  public var mirrorLock: String { path + "/mirror.lock" }
  /// For a run far away: how much of its mailbox was brought home.
  public var mirror: String { agentFolder + "/mirror.json" }
  /// Where the home leaves its wishes.
  public var commands: String { agentFolder + "/commands" }
  /// The file whose appearance is the wish.
  public func command(_ command: AgentCommand) -> String { commands + "/" + command.rawValue }
}

/// What the home may ask of a running agent.
public enum AgentCommand: String, Sendable, CaseIterable {
  /// End the job politely, then less so.
  case stop
  /// End the job at once.
  case kill

  /// Sent to the agent after the wish was left, so that it looks at once and not within a second: SIGURG, which does nothing to a process that
  /// does not expect it.
  public static let signal: Int32 = SIGURG
}

/// What the agent is busy with before the job runs, for people who wait.
public struct RunProgress: Sendable, Codable, Equatable {
  /// Such as "pulling image".
  public var phase: String
  /// Such as the layer.
  public var detail: String?
  /// Done so far, in the unit of `total`.
  public var current: Int64?
  /// The whole, when known.
  public var total: Int64?

  /// A moment of progress.
  public init(phase: String, detail: String? = nil, current: Int64? = nil, total: Int64? = nil) {
    self.phase = phase
    self.detail = detail
    self.current = current
    self.total = total
  }
}
