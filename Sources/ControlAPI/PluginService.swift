public import Basics

/// What a command may ask about providers in other processes.
public protocol PluginService: Sendable {
  /// Every plugin that a folder holds or an entry names. Runs none.
  func plugins() async throws -> [PluginSummary]

  /// Takes a plugin as it is now for the one that is trusted.
  func pin(_ plugin: String) async throws -> PluginSummary

  /// Serves a module that is compiled in, on this process's stdin and stdout, to the end of stdin.
  func serve(_ module: String) async throws

  /// Holds a plugin against what every provider promises; makes and destroys things in its sandbox.
  /// - Parameter onCheck: called with each check as it comes out.
  func test(_ plugin: String, settings: [String: JSONValue], onCheck: @escaping @Sendable (PluginCheck) -> Void) async throws
    -> PluginVerdict
}

/// A plugin as it lies there.
public struct PluginSummary: Sendable, Codable, Equatable {
  /// How its file stands to the one that was first used.
  public enum Pin: String, Sendable, Codable {
    /// It was never used.
    case new
    case same
    /// It is another file, and is refused.
    case changed
    /// There is no such file, or it cannot be read.
    case missing
  }
  /// What users write as `module`.
  public var name: String
  /// Its own version; nil when it has no manifest that says so.
  public var version: String?
  /// One line about it.
  public var summary: String
  /// The executable.
  public var path: String
  /// The digest of the executable's bytes.
  public var sha256: String?
  /// How it stands to what was first used.
  public var pin: Pin
  /// The entries of providers.toml that it stands behind.
  public var entries: [String]
  /// A plugin of the same name in a nearer folder, which is used in its place.
  public var shadowedBy: String?
  /// Why it cannot be used.
  public var problem: String?

  /// A plugin.
  public init(name: String, version: String?, summary: String, path: String, sha256: String?, pin: Pin) {
    self.name = name
    self.version = version
    self.summary = summary
    self.path = path
    self.sha256 = sha256
    self.pin = pin
    entries = []
  }
}

/// One thing that was tried with a plugin.
public struct PluginCheck: Sendable, Codable, Equatable {
  /// How it came out.
  public enum Outcome: String, Sendable, Codable {
    case passed, failed
    /// The plugin does not claim it.
    case skipped
  }
  /// Its number, from one on.
  public var number: Int
  /// What is promised, in a sentence.
  public var name: String
  /// The level it belongs to: `core`, `spot`, …
  public var level: String
  /// How it came out.
  public var outcome: Outcome
  /// What was seen instead, or why it was left out.
  public var detail: String?

  /// A check.
  public init(number: Int, name: String, level: String, outcome: Outcome, detail: String? = nil) {
    self.number = number
    self.name = name
    self.level = level
    self.outcome = outcome
    self.detail = detail
  }
}

/// What came of holding a plugin against the promises.
public struct PluginVerdict: Sendable, Codable, Equatable {
  /// Its name and version, as it says.
  public var plugin: String
  /// The executable.
  public var path: String
  /// Levels all of whose promises it keeps.
  public var levels: [String]
  /// Everything that was tried.
  public var checks: [PluginCheck]

  /// A verdict.
  public init(plugin: String, path: String, levels: [String], checks: [PluginCheck]) {
    self.plugin = plugin
    self.path = path
    self.levels = levels
    self.checks = checks
  }

  /// Whether nothing failed.
  public var isPassed: Bool { !checks.contains { $0.outcome == .failed } }
}
