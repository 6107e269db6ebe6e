import TrainingModel

/// Slurm's words for how a job stands (squeue(1), "JOB STATE CODES").
enum JobState {
  /// `CANCELLED by 1000` begins with the word.
  static func word(_ text: some StringProtocol) -> String { String(text.prefix { $0 != " " && $0 != "+" }) }

  static func resourceState(_ text: some StringProtocol) -> ResourceState {
    switch word(text) {
    case "PENDING", "CONFIGURING", "POWER_UP_NODE", "EXPEDITING", "REQUEUED", "REQUEUE_HOLD", "REQUEUE_FED", "RESV_DEL_HOLD",
      "SPECIAL_EXIT":
      .starting
    // A suspended job keeps its nodes.
    case "RUNNING", "SUSPENDED", "STOPPED", "SIGNALING", "STAGE_OUT", "RESIZING": .running
    case "COMPLETING": .stopping
    case "COMPLETED", "CANCELLED", "FAILED", "TIMEOUT", "NODE_FAIL", "PREEMPTED", "BOOT_FAIL", "DEADLINE", "OUT_OF_MEMORY", "REVOKED": .gone
    // A word that came with a later Slurm. That a job is over has to be said: it would go on with nobody looking.
    default: .running
    }
  }

  /// Why a job ended that did not end by itself.
  static func reason(_ text: some StringProtocol) -> RunReason? {
    switch word(text) {
    case "TIMEOUT", "DEADLINE": .maxDuration
    case "OUT_OF_MEMORY": .outOfMemory
    case "PREEMPTED", "NODE_FAIL", "BOOT_FAIL": .interrupted
    case "CANCELLED": .stopped
    default: nil
    }
  }
}
