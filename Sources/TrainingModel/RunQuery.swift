public import FoundationEssentials

/// Which runs to list, in which order.
public struct RunQuery: Sendable, Equatable {
  /// The order of a listing.
  public enum Order: Sendable, Equatable {
    /// Newest first.
    case created
    /// By the last value of a metric, best-known runs first; runs without it come last.
    case metric(String, ascending: Bool)
    /// Longest first.
    case duration
    /// Alphabetical.
    case name
  }
  /// Any of these; empty for all.
  public var statuses: Set<RunStatus> = []
  /// All of these.
  public var tags: [String] = []
  /// A glob (`*`, `?`, `[a-z]`) over the name.
  public var nameGlob: String?
  /// Only runs of this project.
  public var project: String?
  /// Only the run with this uid.
  public var uid: String?
  /// Only runs created at or after this time.
  public var since: Date?
  /// At most this many.
  public var limit: Int?
  /// The order.
  public var order: Order = .created
  /// Read every run.json again before answering.
  public var rescan = false

  /// Every run, newest first.
  public init() {}
}

/// One row of a listing.
public struct RunSummary: Sendable, Codable, Equatable {
  /// The run's id.
  public var id: RunID
  /// The run's uid; empty when its record cannot be read.
  public var uid: String
  /// The name as typed.
  public var name: String
  /// Where it stands.
  public var status: RunStatus
  /// Why it ended.
  public var reason: RunReason?
  /// The job's own exit code.
  public var exitCode: Int32?
  /// Where it ran.
  public var provider: ProviderID
  /// The project it belongs to.
  public var project: String?
  /// Its labels.
  public var tags: [String]
  /// When it was asked for.
  public var createdAt: Date
  /// When the job began.
  public var startedAt: Date?
  /// When the job ended.
  public var finishedAt: Date?
  /// From the job's start to its end; nil while it runs.
  public var durationSeconds: Double?
  /// The run's folder.
  public var runDir: String
  /// Last values of its metrics.
  public var metrics: [String: Double]
  /// Why its record cannot be read; nil when it can.
  public var damage: String?

  /// A row about a run.
  public init(_ record: RunRecord, metrics: [String: Double] = [:]) {
    id = record.id
    uid = record.uid
    name = record.name
    status = record.status
    reason = record.reason
    exitCode = record.exitCode
    provider = record.provider
    project = record.project
    tags = record.tags
    createdAt = record.createdAt
    startedAt = record.startedAt
    finishedAt = record.finishedAt
    durationSeconds = record.durationSeconds
    runDir = record.runDir
    self.metrics = metrics
  }

  /// A row with what every row has.
  public init(id: RunID, status: RunStatus, provider: ProviderID, runDir: String, createdAt: Date) {
    self.id = id
    self.status = status
    self.provider = provider
    self.runDir = runDir
    self.createdAt = createdAt
    uid = ""
    name = ""
    tags = []
    metrics = [:]
  }

  /// A row about a run whose record cannot be read.
  public init(damaged id: RunID, runDir: String, damage: String, createdAt: Date) {
    self.init(id: id, status: .failed, provider: ProviderID(""), runDir: runDir, createdAt: createdAt)
    self.damage = damage
  }

  enum CodingKeys: String, CodingKey {
    case id, uid, name, status, reason, provider, project, tags, metrics, damage
    case exitCode = "exit_code"
    case createdAt = "created_at"
    case startedAt = "started_at"
    case finishedAt = "finished_at"
    case durationSeconds = "duration_seconds"
    case runDir = "run_dir"
  }
}
