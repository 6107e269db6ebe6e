public import Basics
public import ControlAPI

/// What a command may ask about configuration: files, environment and flags, resolved.
public protocol ConfigurationService: Sendable {
  /// Turns what was typed after `run` into what is meant.
  /// - Throws: an `ExitCoded` error that names the file, line and way out.
  func resolve(_ invocation: RunInvocation) async throws -> RunRequest

  /// Values for the secrets that a recorded run names, from the environment and, when given, an env file.
  /// - Throws: when one is nowhere to be found.
  func secrets(named names: [String], environmentFile: String?) async throws -> [String: Secret]

  /// Every setting in force, in the order of its name.
  func settings() async throws -> [SettingLine]

  /// Writes one setting into the user's file, or the project's.
  func set(_ key: String, to value: String, inProject: Bool) async throws -> SettingChange

  /// Reads run files (all the project's configuration when `path` is nil) and says what is wrong with them.
  func validate(_ path: String?) async throws -> [FileReview]

  /// What of the project's configuration needs trust, and whether it has it. Changes nothing.
  func trust() async throws -> TrustReport

  /// Trusts the project's configuration with the content that a ``TrustReport`` was about.
  /// - Throws: when the content is another by now.
  func trust(content: String) async throws -> TrustReport

  /// Takes trust back.
  func revokeTrust() async throws -> TrustReport
}

/// What was typed after `run`.
public struct RunInvocation: Sendable, Equatable {
  /// A run file, an alias of the project file, or a script.
  public var target: String
  /// Words for the job.
  public var arguments: [String] = []
  /// Where to run.
  public var provider: String?
  /// The run's name.
  public var name: String?
  /// Labels, added to the file's.
  public var tags: [String] = []
  /// Plain variables.
  public var environment: [String: String] = [:]
  /// Names of variables whose values come from the caller's environment and are secret.
  public var secretNames: [String] = []
  /// A file of secret variables.
  public var environmentFile: String?
  /// Hyperparameters.
  public var params: [String: JSONValue] = [:]
  /// How many GPUs.
  public var gpus: Int?
  /// Longest running time, in seconds.
  public var maxDurationSeconds: Int64?
  /// Where to go when the provider is not available; nil when nothing was typed.
  public var fallback: [String]?
  /// A machine that may be taken away.
  public var spot = false
  /// `--cheapest`.
  public var cheapest = false
  /// The most an hour may cost, in US dollars.
  public var maxPrice: String?
  /// The most the run may cost, in US dollars.
  public var maxCost: String?
  /// Run on this machine without a container, whatever the file says.
  public var forceLocal = false

  /// An invocation with nothing but its target.
  public init(target: String) { self.target = target }
}

/// One setting in force.
public struct SettingLine: Sendable, Codable, Equatable {
  /// Its key.
  public var name: String
  /// Its value in plain text; secrets are masked.
  public var value: String
  /// Where it came from: a flag, a variable, a file with line, or a default.
  public var origin: String

  /// A setting.
  public init(name: String, value: String, origin: String) {
    self.name = name
    self.value = value
    self.origin = origin
  }
}

/// What `config set` did.
public struct SettingChange: Sendable, Codable, Equatable {
  /// The key.
  public var name: String
  /// The value before; nil when it was not set there.
  public var previous: String?
  /// The value now.
  public var value: String
  /// The file that was written.
  public var file: String

  /// A change.
  public init(name: String, previous: String?, value: String, file: String) {
    self.name = name
    self.previous = previous
    self.value = value
    self.file = file
  }
}

/// What there is to say about one configuration file.
public struct FileReview: Sendable, Codable, Equatable {
  /// The file.
  public var file: String
  /// Each problem as it is shown to people: message, place, the line with a caret. Empty when all is well.
  public var problems: [String]

  /// A review.
  public init(file: String, problems: [String]) {
    self.file = file
    self.problems = problems
  }
}

/// How it stands with trust in the project's configuration.
public struct TrustReport: Sendable, Codable, Equatable {
  /// The project's folder.
  public var folder: String
  /// Whether the folder's configuration is trusted as it is now, or needs no trust.
  public var isTrusted: Bool
  /// What trust allows: each key with its value and place.
  public var grants: [String]
  /// The configuration's content, as a digest.
  public var content: String

  /// A report.
  public init(folder: String, isTrusted: Bool, grants: [String], content: String) {
    self.folder = folder
    self.isTrusted = isTrusted
    self.grants = grants
    self.content = content
  }
}
