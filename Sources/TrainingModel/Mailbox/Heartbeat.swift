public import FoundationEssentials

/// What an agent far away says of itself every half minute. When it was said is told by the store's clock alone.
public struct Heartbeat: Sendable, Codable, Equatable {
  /// How often it comes.
  public static let interval: Duration = .seconds(30)
  /// How old, by the store's clock, the last one is when the agent counts as lost.
  public static let lostAfter: Duration = .seconds(180)

  /// One more than the last.
  public var sequence: Int64
  /// The agent's own time.
  public var at: Date
  /// Where the run stands there, before its end is known here.
  public var status: RunStatus
  /// Bytes of the log there.
  public var logBytes: Int64
  /// Bytes of the log in the mailbox.
  public var sentBytes: Int64
  /// The kernel's boot id: another one means that the machine was started again.
  public var bootID: String

  /// A heartbeat.
  public init(sequence: Int64, at: Date, status: RunStatus, logBytes: Int64, sentBytes: Int64, bootID: String) {
    self.sequence = sequence
    self.at = at
    self.status = status
    self.logBytes = logBytes
    self.sentBytes = sentBytes
    self.bootID = bootID
  }

  enum CodingKeys: String, CodingKey {
    case sequence, at, status
    case logBytes = "log_bytes"
    case sentBytes = "sent_bytes"
    case bootID = "boot_id"
  }
}
