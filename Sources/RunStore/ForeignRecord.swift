import Archiving
public import Basics
import FoundationEssentials
import TrainingModel

/// Reads the record of an unpacked archive: ours, or that of the older program (Python RunPilot 0.1 to 0.3).
enum ForeignRecord {
  static func read(_ folder: RunFolder, archiveID: String, notes: inout [String]) throws -> RunRecord {
    guard Files.exists(folder.record) else {
      throw NotARun(path: folder.path, reason: "the archive holds no run.json")
    }
    let bytes = try Files.read(folder.record, limit: 64 << 20)
    let value: JSONValue
    do {
      value = try JSON.decode(JSONValue.self, from: bytes)
    } catch {
      throw NotARun(path: folder.record, reason: "the archive's run.json is no JSON")
    }
    if value["schema"] != nil {
      do {
        return try JSON.decode(RunRecord.self, from: bytes)
      } catch {
        throw DamagedRecord(path: "the archive's run.json", error)
      }
    }
    notes.append("the run was recorded by the older program: its record was converted")
    try convertMetrics(folder)
    return try older(value, archiveID: archiveID)
  }

  /// The older program's keys: id, name, image, entrypoint (a string), status, created_at, finished_at, exit_code.
  private static func older(_ value: JSONValue, archiveID: String) throws -> RunRecord {
    guard let created = value["created_at"]?.stringValue.flatMap(Timestamp.parse) else {
      throw NotARun(path: archiveID, reason: "the archive's run.json has no created_at time")
    }
    let id = value["id"]?.stringValue ?? archiveID
    let words = value["entrypoint"]?.stringValue.map { [$0] } ?? value["entrypoint"]?.arrayValue?.compactMap(\.stringValue) ?? []
    var spec = RunSpec(name: value["name"]?.stringValue ?? id, entrypoint: words, projectFolder: "/", provider: ProviderID("unknown"))
    spec.image = value["image"]?.stringValue
    // The older program gave no uid; the same archive imported twice must still be the same run.
    var record = RunRecord(id: RunID(id), uid: "older-\(id)", spec: spec, runDir: "", createdAt: created)
    record.projectFolder = nil
    record.startedAt = created
    record.finishedAt = value["finished_at"]?.stringValue.flatMap(Timestamp.parse)
    record.durationSeconds = record.finishedAt.map { max(0, $0.timeIntervalSince(created)) }
    record.exitCode = value["exit_code"]?.intValue.map(Int32.init(truncatingIfNeeded:))
    record.origin = RunOrigin(importedAs: id, note: "older program")
    switch value["status"]?.stringValue {
    case "finished", "success": (record.status, record.reason) = record.exitCode ?? 0 == 0 ? (.success, .exited) : (.failed, .exited)
    case "failed": (record.status, record.reason) = (.failed, .exited)
    default: (record.status, record.reason) = (.failed, .lost)
    }
    return record
  }

  /// The older `metrics.json` has null time series and dates, or is a list of samples.
  private static func convertMetrics(_ folder: RunFolder) throws {
    guard Files.exists(folder.metrics) else { return }
    guard let value = try? JSON.decode(JSONValue.self, from: try Files.read(folder.metrics)) else { return }
    var document = MetricsDocument(
      runID: "", recordedAt: value["recorded_at"]?.stringValue.flatMap(Timestamp.parse) ?? Date(timeIntervalSince1970: 0))
    for (name, number) in value["summary"]?.objectValue ?? [:] { document.summary[name] = number.double }
    for (name, samples) in value["time_series"]?.objectValue ?? [:] { document.timeSeries[name] = series(samples.arrayValue ?? []) }
    for (index, sample) in (value.arrayValue ?? []).enumerated() {
      let step = sample["step"]?.intValue ?? Int64(index + 1)
      for (name, number) in sample.objectValue ?? [:] where name != "step" {
        guard let number = number.double else { continue }
        document.timeSeries[name, default: []].append(MetricSample(step: step, value: number, time: nil))
        document.summary[name] = number
      }
    }
    try Files.writeAtomically(try JSON.encode(document), to: folder.metrics)
  }

  private static func series(_ samples: [JSONValue]) -> [MetricSample] {
    samples.enumerated().compactMap { index, sample in
      guard let value = sample.double ?? sample["value"]?.double else { return nil }
      return MetricSample(step: sample["step"]?.intValue ?? Int64(index + 1), value: value, time: nil)
    }
  }
}

extension JSONValue {
  fileprivate var double: Double? {
    switch self {
    case .double(let value): value
    case .int(let value): Double(value)
    default: nil
    }
  }
}

/// An archive that holds no run.
public struct NotARun: ExitCoded {
  /// Where it was looked for.
  public let path: String
  /// Why it is none.
  public let reason: String
  /// The reason.
  public var message: String { reason }
  /// What makes one.
  public var hints: [String] { ["an archive of a run is made by `runpilot export ID`"] }
  /// 65.
  public var exitCode: ExitCode { .badInput }
}
