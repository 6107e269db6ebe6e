/// What an agent does when a scheduler that cut its job off starts it again, on the same folder: goes on with the same run.
public struct RestartOrder: Sendable, Codable, Equatable {
  /// How often.
  public var most: Int64
  /// The variable in which the scheduler says how often it has started the job again: without it this is no further start, but a second job.
  public var counter: String
  /// The option before the checkpoint that the job's command gets to go on from; nil for none.
  public var resumeFlag: String?

  /// What the record of a run says that is open until its next start.
  public static let cutOff = "its scheduler has cut it off, and may start it again"

  /// Further starts.
  public init(most: Int64, counter: String, resumeFlag: String?) {
    self.most = most
    self.counter = counter
    self.resumeFlag = resumeFlag
  }

  enum CodingKeys: String, CodingKey {
    case most, counter
    case resumeFlag = "resume_flag"
  }
}
