/// The names of everything in a mailbox: the run folder's layout under a prefix of an object store, by which home and a machine far away speak.
///
/// ```
/// <prefix>/<installation>/<run uid>/run.json, config.yaml, job.json, progress.json, metrics.json, heartbeat.json, agent.log
///                                  /logs/<20-digit byte offset>
///                                  /outputs/<path>, manifest.json
///                                  /commands/stop, kill, follow
///                                  /private/env, session
///                                  /attempts/2/…: the same again for each further attempt
/// <prefix>/<installation>/agents/<sha256>, bundles/<sha256>.tar.gz
/// ```
///
/// A machine may read and write below its run's prefix and nowhere else.
public struct MailboxLayout: Sendable, Codable, Hashable {
  /// What all keys of this store begin with; may be empty. No slash at either end.
  public let prefix: String
  /// The random id of the home.
  public let installation: String
  /// The run.
  public let runUID: String
  /// Which attempt of the run, from two; nil for the first. Each has a mailbox of its own.
  public let attempt: Int?

  /// The names of one run's mailbox.
  public init(prefix: String, installation: String, runUID: String, attempt: Int = 1) {
    self.prefix = String(prefix.drop { $0 == "/" }.reversed().drop { $0 == "/" }.reversed())
    self.installation = installation
    self.runUID = runUID
    self.attempt = attempt > 1 ? attempt : nil
  }

  enum CodingKeys: String, CodingKey {
    case prefix, installation, attempt
    case runUID = "run_uid"
  }

  /// What every key of this home begins with, with the slash at its end.
  public static func home(prefix: String, installation: String) -> String {
    MailboxLayout(prefix: prefix, installation: installation, runUID: "").homeBase
  }

  private var homeBase: String { (prefix.isEmpty ? "" : prefix + "/") + installation + "/" }

  /// What every key of the run begins with, with the slash at its end.
  public var base: String { homeBase + runUID + "/" + (attempt.map { "attempts/\($0)/" } ?? "") }

  /// The mailbox of another attempt of the same run.
  public func attempt(_ number: Int) -> MailboxLayout {
    MailboxLayout(prefix: prefix, installation: installation, runUID: runUID, attempt: number)
  }

  // MARK: what is shared by runs, under its content's hash

  /// An agent's executable. Its hash is the SHA-256 of the file, as 64 hexadecimal digits.
  public func agent(sha256: String) -> String { homeBase + "agents/" + sha256 }
  /// A bundle of code.
  public func bundle(sha256: String) -> String { homeBase + "bundles/" + sha256 + ".tar.gz" }

  // MARK: files

  /// A ``RunRecord``. Its last state is written after everything else.
  public var record: String { base + "run.json" }
  /// The resolved configuration.
  public var config: String { base + "config.yaml" }
  /// An ``AgentJob``.
  public var job: String { base + "job.json" }
  /// A ``RunProgress``.
  public var progress: String { base + "progress.json" }
  /// A ``MetricsDocument``.
  public var metrics: String { base + "metrics.json" }
  /// A ``Heartbeat``.
  public var heartbeat: String { base + "heartbeat.json" }
  /// The agent's own words.
  public var agentLog: String { base + "agent.log" }
  /// A ``MailboxManifest``: what the log and the outputs must come to. Written when both are complete.
  public var manifest: String { base + "manifest.json" }
  /// The secrets' values as one JSON object, read once and deleted by the agent.
  public var environment: String { base + "private/env" }
  /// A ``StoreSession`` that opens this mailbox, read once and deleted by the agent.
  public var session: String { base + "private/session" }

  // MARK: the log

  /// What every piece's key begins with.
  public var logs: String { base + "logs/" }

  /// The piece of the log whose first byte is at `offset`.
  ///
  /// Keys sort as offsets do. A piece never changes once it is there, so that sending it twice is the same as once.
  public func log(at offset: Int64) -> String { logs + Self.padded(max(0, offset)) }

  /// The offset that a piece's key tells; nil for any other key.
  public func logOffset(of key: String) -> Int64? {
    guard key.hasPrefix(logs) else { return nil }
    let digits = key.utf8.dropFirst(logs.utf8.count)
    guard digits.count == 20, digits.allSatisfy({ (0x30...0x39).contains($0) }) else { return nil }
    return Int64(String(decoding: digits, as: UTF8.self))
  }

  private static func padded(_ number: Int64) -> String {
    let digits = "\(number)"
    return String(repeating: "0", count: max(0, 20 - digits.utf8.count)) + digits
  }

  // MARK: outputs

  /// What every output's key begins with.
  public var outputs: String { base + "outputs/" }

  /// The key of an output; nil for a path that must not be one, or whose key no store would take.
  public func output(_ path: String) -> String? {
    guard Self.isOutputPath(path) else { return nil }
    let key = outputs + path
    return key.utf8.count <= Self.longestKey ? key : nil
  }

  /// The path that an output's key tells; nil for any other key, and for one that leads out of the outputs.
  public func outputPath(of key: String) -> String? {
    guard key.hasPrefix(outputs) else { return nil }
    let path = String(decoding: key.utf8.dropFirst(outputs.utf8.count), as: UTF8.self)
    return Self.isOutputPath(path) ? path : nil
  }

  /// Whether a path stays below the folder it is taken from: relative, no empty part, no `.` or `..`, no control characters.
  public static func isOutputPath(_ path: String) -> Bool {
    let parts = path.split(separator: "/", omittingEmptySubsequences: false)
    return parts.allSatisfy { !$0.isEmpty && $0 != "." && $0 != ".." } && !path.utf8.contains { $0 < 0x20 || $0 == 0x7F }
  }

  /// The longest key of any store, in bytes.
  public static let longestKey = 1_024

  // MARK: commands

  /// What every command's key begins with.
  public var commands: String { base + "commands/" }
  /// The object whose appearance is the wish.
  public func command(_ command: AgentCommand) -> String { commands + command.rawValue }
  /// Written again and again by whoever follows the run: while it is fresh the log comes in small pieces.
  public var follower: String { commands + "follow" }
}
