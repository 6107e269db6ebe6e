public import Basics
public import TrainingModel

/// A run as all files, variables and flags together describe it.
public struct Resolution: Sendable {
  /// What it is to do.
  public var spec: RunSpec
  /// One run for each combination of these, each with its parameters in place of the spec's; nil for the one run.
  public var sweep: Sweep?
  /// Values of the secrets that `spec` names.
  public var secrets: [String: Secret]
  /// What the reader should know: an image that is not used, a working directory that is not there.
  public var notes: [String]
  /// Where each value came from, by key: `image`, `resources.memory`, `env.LR`.
  public var origins: [String: Origin]
}
