public import Basics

/// What the command line says about a run, on top of its file.
public struct RunOverrides: Sendable, Equatable {
  /// Words for the job, behind `--`.
  public var arguments: [String] = []
  /// `--provider`: a name, or several with commas between them.
  public var provider: String?
  /// `--name`.
  public var name: String?
  /// `--tag`, added to the file's.
  public var tags: [String] = []
  /// `--env NAME=VALUE`.
  public var environment: [String: String] = [:]
  /// `--env NAME`: secrets of the caller's environment.
  public var secretNames: [String] = []
  /// `--env-file`: a file of secrets.
  public var environmentFile: String?
  /// `--param`.
  public var params: [String: JSONValue] = [:]
  /// `--gpus`.
  public var gpus: Int?
  /// `--max-duration`, in seconds.
  public var maxDurationSeconds: Int64?
  /// `--fallback`; nil when it was not typed.
  public var fallback: [String]?
  /// `--spot`.
  public var spot = false
  /// `--cheapest`.
  public var cheapest = false
  /// `--max-price`, in US dollars an hour, as typed.
  public var maxPrice: String?
  /// `--max-cost`, in US dollars, as typed.
  public var maxCost: String?
  /// `--force-local` and its other spellings: a process of this machine, whatever the file says.
  public var forceLocal = false

  /// Nothing typed.
  public init() {}
}
