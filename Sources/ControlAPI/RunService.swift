public import Basics
public import TrainingModel

/// What a command may ask of the engine. One protocol with two ends: in this process, or (later) over HTTP; a command cannot tell which.
///
/// Errors conform to `ExitCoded`. Ids have been resolved with ``run(_:)`` first.
public protocol RunService: Sendable {
  /// Records a run and puts its agent to work; returns when the agent has been started, not when the job has.
  /// - Parameter onProgress: what is done until the agent is at work, where that takes long.
  /// - Throws: when nothing was started. The run, if it was recorded, is then closed as never started.
  func submit(_ request: RunRequest, onProgress: @escaping @Sendable (RunProgress) -> Void) async throws -> RunRecord

  /// Records all runs of a sweep and leaves them, in as few requests as possible, to a provider that sees to ``SweepRequest/maxParallel`` by itself.
  ///
  /// - Parameter onProgress: what is done until all are left there.
  /// - Returns: nil, and nothing was done, when their provider cannot: then they are to be started one after the other.
  /// - Throws: when none was started. Those that were recorded are then closed as never started, or open where nobody knows.
  func submit(sweep: SweepRequest, onProgress: @escaping @Sendable (RunProgress) -> Void) async throws -> SweepStart?

  /// Follows a run to its end: copies its log to a descriptor and reports what happens. Cancelling stops following, never the run.
  ///
  /// A run whose agent has died is settled on the way and returned as lost.
  func follow(_ id: RunID, _ options: FollowOptions, onEvent: @escaping @Sendable (FollowEvent) -> Void) async throws -> RunRecord

  /// Copies what the log holds now to a descriptor.
  func copyLog(of id: RunID, tail: Int?, to descriptor: Int32) async throws

  /// The run that `reference` means: an id, a unique prefix, a bare number, or `@latest`. Settles it when its agent has died.
  func run(_ reference: String) async throws -> RunRecord

  /// Rows for a listing. Runs whose agent has died are settled on the way.
  func runs(_ query: RunQuery) async throws -> [RunSummary]

  /// What the run was asked to do, from its `config.yaml`; secrets by name only.
  func specification(of id: RunID) async throws -> RunSpec

  /// The numbers the run reported; nil when it reported none.
  func metrics(of id: RunID) async throws -> MetricsDocument?

  /// The files the run left in `outputs/`.
  func outputs(of id: RunID) async throws -> [OutputFile]

  /// Asks a run's agent to end the job; `kill` does not ask the job. A run that is over is left alone.
  /// - Returns: whether there was anything to stop.
  func requestStop(_ id: RunID, kill: Bool) async throws -> Bool

  /// Deletes a run's folder.
  /// - Throws: exit code 77 for a run that is alive.
  func delete(_ id: RunID) async throws

  /// Writes a run's folder as tar.gz to `path`; returns its size in bytes.
  func export(_ id: RunID, to path: String) async throws -> Int64

  /// Takes in an archive.
  func importArchive(_ path: String, replace: Bool) async throws -> ImportReport
}

/// A run to be started.
public struct RunRequest: Sendable {
  /// What it is to do.
  public var spec: RunSpec
  /// Values of the secrets that `spec` names.
  public var secrets: [String: Secret]
  /// The run it repeats.
  public var origin: RunOrigin?
  /// The run file wants one run for each of these; the spec has the parameters of the first.
  public var sweep: Sweep?
  /// What was said about it when it was resolved, and its record should say too.
  public var notes: [String]

  /// A request.
  public init(spec: RunSpec, secrets: [String: Secret] = [:], origin: RunOrigin? = nil, notes: [String] = []) {
    self.spec = spec
    self.secrets = secrets
    self.origin = origin
    self.notes = notes
  }
}

/// How to follow a run.
public struct FollowOptions: Sendable {
  /// Where the log's bytes go; nil for nowhere.
  public var output: Int32?
  /// Begin with only the last lines; nil for all.
  public var tail: Int?

  /// From the first byte, to `output`.
  public init(output: Int32?, tail: Int? = nil) {
    self.output = output
    self.tail = tail
  }
}

/// What a follower sees.
public enum FollowEvent: Sendable, Equatable {
  /// The agent is busy before the job runs.
  case progress(RunProgress)
  /// The record changed.
  case record(RunRecord)
}

/// A file in a run's outputs.
public struct OutputFile: Sendable, Codable, Equatable {
  /// Relative to `outputs/`.
  public var path: String
  /// Its size.
  public var bytes: Int64

  /// A file and its size.
  public init(path: String, bytes: Int64) {
    self.path = path
    self.bytes = bytes
  }
}

/// How an import went.
public struct ImportReport: Sendable, Equatable {
  /// The run as it is now in this home.
  public var record: RunRecord
  /// What the reader should know: another id, an archive without checksums.
  public var notes: [String]

  /// A report.
  public init(record: RunRecord, notes: [String]) {
    self.record = record
    self.notes = notes
  }
}
