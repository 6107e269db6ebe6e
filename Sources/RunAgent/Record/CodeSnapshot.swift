public import TrainingModel

/// The state of a project's code, for a home that sends it away: where the job runs there is no repository to ask.
public enum CodeSnapshot {
  /// What git says.
  public struct Finding: Sendable {
    /// Nil outside a repository.
    public var state: GitState?
    /// Uncommitted changes, secrets masked; nil when there are none.
    public var patch: [UInt8]?
    /// What could not be told.
    public var warnings: [String]
  }

  /// Asks git, for ten seconds at most; takes no lock in the repository.
  /// - Parameter secrets: values that are hidden in the patch.
  public static func take(project: String, environment: [String: String], secrets: [String]) async -> Finding {
    let found = await GitSnapshot(project: project, environment: environment, mask: SecretMask(secrets)).take()
    return Finding(state: found.state, patch: found.patch, warnings: found.warnings)
  }
}
