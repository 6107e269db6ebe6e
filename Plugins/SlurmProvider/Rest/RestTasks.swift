/// What slurmrestd can do with the tasks of a job array.
struct RestTasks: Sendable, Equatable {
  /// Of its API.
  let version: String

  /// Whether `DELETE /job/12_3` ends that task. That of Slurm 23.11 reads the array's number and no more, and ends all that waits; that of 24.05 is
  /// not known to do better.
  var canBeNamed: Bool { version != "v0.0.40" && version != "v0.0.41" }

  /// Whether `POST /job/12_3` changes that task: since v0.0.40 it is refused.
  var canBeHeld: Bool { ["v0.0.37", "v0.0.38"].contains(version) }

  /// What MaxArraySize is where nobody has set it (slurm.conf(5)), for no version of the API tells it; 0 where no task can be ended by itself.
  var longestArray: Int { canBeNamed ? 1_001 : 0 }
}
