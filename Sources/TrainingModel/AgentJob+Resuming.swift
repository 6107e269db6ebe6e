extension AgentJob {
  /// What tells a job which checkpoint to go on from: a path relative to its working directory.
  public static let resumeVariable = "RUNPILOT_RESUME_FROM"
  /// What tells a job how often it was begun, from one.
  public static let attemptVariable = "RUNPILOT_ATTEMPT"

  /// Has the job go on from a checkpoint, and from no other one that it was told of before.
  /// - Parameters:
  ///   - path: relative to the job's working directory.
  ///   - flag: the option of its command before the path; nil for none.
  public mutating func goOn(from path: String, flag: String?) {
    if let flag {
      if let before = environment[Self.resumeVariable], command.suffix(2) == [flag, before] { command.removeLast(2) }
      command += [flag, path]
    }
    environment[Self.resumeVariable] = path
  }
}
