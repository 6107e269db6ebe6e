public import TrainingModel

/// How a run's container is called and marked, so that any RunPilot of the same home finds it again.
public enum ContainerNaming {
  /// The label that holds the run's uid.
  public static let run = "runpilot.run"
  /// The label that holds the run's id.
  public static let id = "runpilot.id"
  /// The label that holds the home's random id.
  public static let installation = "runpilot.installation"
  /// The label that says whose it is.
  public static let owner = "runpilot.owner"

  /// The label that holds the provider's name in this home.
  public static let provider = "runpilot.provider"

  /// `runpilot-rp_0001-0192f0aa`. The last eight digits of the uid are random: the first tell the time, and runs of two homes may share it.
  public static func name(id: RunID, uid: String) -> String { "runpilot-\(id)-\(uid.suffix(8))" }
}
