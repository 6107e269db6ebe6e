/// Where a run stands in its life.
public enum RunStatus: String, Sendable, Codable, CaseIterable {
  /// Recorded; nothing has been started.
  case queued
  /// Its agent prepares: pulls an image, runs `setup`.
  case pending
  /// The job runs.
  case running
  /// The job ended with exit code 0.
  case success
  /// The job ended otherwise, was lost, or never started.
  case failed
  /// Somebody stopped it.
  case cancelled

  /// Whether nothing more will happen to the run.
  public var isTerminal: Bool {
    switch self {
    case .queued, .pending, .running: false
    case .success, .failed, .cancelled: true
    }
  }
}

/// Why a run ended as it did. Tells the job's own exit codes from ours.
public enum RunReason: String, Sendable, Codable, CaseIterable {
  /// The job ended by itself; `exit_code` is its own.
  case exited
  /// A signal that we did not send ended the job.
  case signalled
  /// `stop`, or Ctrl-C.
  case stopped
  case maxDuration = "max-duration"
  case outOfMemory = "out-of-memory"
  /// The agent died, or the machine went away, before the run's end was known.
  case lost
  /// The job could not be started: no such program, no such image, `setup` failed.
  case neverStarted = "never-started"
  /// The job ended, but what it wrote could not all be recorded (full disk).
  case recordingFailed = "recording-failed"
  /// The machine was taken away by its owner, who had said so: spot capacity.
  case interrupted
  /// Nothing was written and nothing computed for longer than `idle_timeout`.
  case idle
  /// The money that the run may cost was spent.
  case budget
}
