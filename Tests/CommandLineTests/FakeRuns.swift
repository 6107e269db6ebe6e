import Basics
import ControlAPI
import FoundationEssentials
import Glibc
import Synchronization
import TrainingModel

/// Runs that exist in memory only. What a test did not provide is refused loudly.
final class FakeRuns: RunService, Sendable {
  struct NotFound: ExitCoded {
    let reference: String
    var message: String { "no run '\(reference)'" }
    var hints: [String] { ["see which there are: `runpilot list`"] }
    var exitCode: ExitCode { .notFound }
  }

  struct State: Sendable {
    var records: [RunRecord] = []
    var metrics: [RunID: MetricsDocument] = [:]
    var outputs: [RunID: [OutputFile]] = [:]
    var log = "one\ntwo\n"
    var specification: RunSpec?
    /// How a followed run ends; nil to go on until it is stopped or given up.
    var ending: RunRecord?
    var events: [FollowEvent] = []
    var followError: SystemError?
    var submitted: [RunRequest] = []
    var submitError: Failing?
    /// How many runs of a sweep are taken at once; nil for none.
    var takes: Int?
    var sweeps: [SweepRequest] = []
    /// Whether that takes until it is interrupted.
    var takesLong = false
    /// Runs that somebody followed.
    var followed: [RunID] = []
    var stops: [String] = []
    var deleted: [RunID] = []
    var undeletable: Set<RunID> = []
    var query: RunQuery?
    var damaged: [RunSummary] = []
    var imported: [String] = []
  }

  /// An error of the engine.
  struct Failing: ExitCoded {
    var message: String
    var hints: [String]
    var exitCode: ExitCode
  }

  let state: Mutex<State>

  init(_ records: [RunRecord] = [], metrics: [RunID: MetricsDocument] = [:]) {
    state = Mutex(State(records: records, metrics: metrics))
  }

  func with<Result>(_ body: (inout sending State) -> sending Result) -> sending Result { state.withLock(body) }

  func submit(_ request: RunRequest, onProgress: @escaping @Sendable (RunProgress) -> Void) async throws -> RunRecord {
    if let error = with({ $0.submitError }) { throw error }
    return with { state in
      state.submitted.append(request)
      let record = RunRecord(
        id: RunID("rp_0009"), uid: "019aa000-0000-7000-8000-000000000009", spec: request.spec, runDir: "/home/me/.runpilot/runs/rp_0009",
        createdAt: Stage.now)
      state.records.insert(record, at: 0)
      return record
    }
  }

  func submit(sweep: SweepRequest, onProgress: @escaping @Sendable (RunProgress) -> Void) async throws -> SweepStart? {
    while with({ $0.takesLong }), !Task.isCancelled { await Task.yield() }
    return with { state in
      guard let takes = state.takes else { return nil }
      state.sweeps.append(sweep)
      let all = sweep.runs.enumerated().map { number, request in
        var record = RunRecord(
          id: RunID("rp_010\(number)"), uid: "u\(number)", spec: request.spec, runDir: "/home/me/.runpilot/runs/rp_010\(number)",
          createdAt: Stage.now)
        record.status = .success
        return record
      }
      state.records += all.prefix(takes)
      let failure = Failing(message: "no more of these", hints: [], exitCode: .tryAgain)
      return SweepStart(records: Array(all.prefix(takes)), failure: takes < all.count ? failure : nil)
    }
  }

  func follow(_ id: RunID, _ options: FollowOptions, onEvent: @escaping @Sendable (FollowEvent) -> Void) async throws -> RunRecord {
    let (events, log, error) = with { ($0.events, $0.log, $0.followError) }
    with { $0.followed.append(id) }
    if with({ !$0.sweeps.isEmpty }) { return try await run(id.rawValue) }
    for event in events { onEvent(event) }
    if let output = options.output { try write(tail(log, options.tail), to: output) }
    if let error { throw error }
    while true {
      if let record = with({ $0.ending }) { return record }
      try Task.checkCancellation()
      let stops = with { $0.stops }
      if stops.contains(where: { $0.hasSuffix(" kill") }) || stops.count == 1 && events.isEmpty {
        var record = try await run(id.rawValue)
        record.status = .cancelled
        record.reason = .stopped
        return record
      }
      await Task.yield()
    }
  }

  func copyLog(of id: RunID, tail count: Int?, to descriptor: Int32) async throws {
    try write(tail(with { $0.log }, count), to: descriptor)
  }

  private func tail(_ log: String, _ count: Int?) -> String {
    guard let count else { return log }
    return log.split(separator: "\n").suffix(count).map { $0 + "\n" }.joined()
  }

  private func write(_ text: String, to descriptor: Int32) throws {
    let failure: Int32? = Array(text.utf8).withUnsafeBytes { Descriptor.writeAll($0, to: descriptor) }
    if let failure { throw SystemError("write", "standard output", code: failure) }
  }

  func run(_ reference: String) async throws -> RunRecord {
    let records = with { $0.records }
    guard let record = reference == "@latest" ? records.first : records.first(where: { $0.id.rawValue == reference || $0.uid == reference })
    else {
      throw NotFound(reference: reference)
    }
    return record
  }

  func runs(_ query: RunQuery) async throws -> [RunSummary] {
    with { state in
      state.query = query
      let rows = state.records.filter { query.statuses.isEmpty || query.statuses.contains($0.status) }
      return rows.prefix(query.limit ?? .max).map { RunSummary($0, metrics: state.metrics[$0.id]?.summary ?? [:]) } + state.damaged
    }
  }

  func specification(of id: RunID) async throws -> RunSpec {
    with { $0.specification } ?? RunSpec(name: "again", entrypoint: ["python3", "train.py"], projectFolder: "/p", provider: "local")
  }

  func metrics(of id: RunID) async throws -> MetricsDocument? { with { $0.metrics[id] } }

  func outputs(of id: RunID) async throws -> [OutputFile] { with { $0.outputs[id] ?? [] } }

  func requestStop(_ id: RunID, kill: Bool) async throws -> Bool {
    let isOver = try await run(id.rawValue).status.isTerminal
    with { $0.stops.append(id.rawValue + (kill ? " kill" : " stop")) }
    return !isOver
  }

  func delete(_ id: RunID) async throws {
    if with({ $0.undeletable.contains(id) }) {
      throw SystemError("remove", "/runs/\(id)", code: EACCES)
    }
    with { $0.deleted.append(id) }
  }

  func export(_ id: RunID, to path: String) async throws -> Int64 {
    try Files.writeAtomically(Data("archive".utf8), to: path)
    return 7
  }

  func importArchive(_ path: String, replace: Bool) async throws -> ImportReport {
    with { $0.imported.append(path + (replace ? " replace" : "")) }
    let record = try await run("@latest")
    return ImportReport(record: record, notes: ["rp_0001 is taken here; it is \(record.id) now"])
  }
}
