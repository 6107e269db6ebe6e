import Basics
public import FoundationEssentials
import HTTPTransport
public import ProviderKit
import RunPodSupport
public import TrainingModel

extension RunPodProvider: PausableProvider {
  /// Stops a pod: its GPU is given back, and its container's disk is lost.
  public func stop(_ resource: ResourceID) async throws(ProviderError) { try await act(resource, "stop", unless: .stopped) }

  /// Starts a stopped pod, if its host has room.
  public func start(_ resource: ResourceID) async throws(ProviderError) { try await act(resource, "start", unless: .running) }

  private func act(_ resource: ResourceID, _ action: String, unless wanted: ResourceState) async throws(ProviderError) {
    let call = RunPodCall.change(
      "POST", RunPodCall.pod(resource.rawValue) + "/action", "{\"action\":\"\(action)\"}", doing: "\(action) \(resource)", repeatable: true)
    defer { memory.listing = nil }
    do throws(ProviderError) {
      try await client().send(call)
    } catch {
      // Twice is once: what stands as it should is no conflict.
      guard error.code == .conflict else { throw error }
      memory.listing = nil
      let state = try await status(of: resource)
      guard state == wanted || wanted == .running && state == .starting else { throw error }
    }
  }
}

extension RunPodProvider: MachineLogs {
  /// What RunPod has kept of a pod's output: its last 5,000 lines.
  public func output(of resource: ResourceID) async throws(ProviderError) -> [UInt8]? {
    let call = RunPodCall.read(
      RunPodCall.pod(resource.rawValue) + "/logs", [("source", "container"), ("tail", "5000")], doing: "read the log of \(resource)")
    let patience = HTTPPatience(idle: pace.logPause, whole: .seconds(60))
    let response: HTTPResponse
    do throws(ProviderError) { response = try await client().stream(call, patience: patience) } catch {
      guard error.code == .notFound else { throw error }
      return nil
    }
    var lines = PodLogLines()
    do throws(HTTPError) {
      while let piece = try await response.body.next() { lines.take(piece) }
    } catch {
      // It goes on for as long as the pod does: silence means that all is there.
    }
    return lines.text
  }
}

/// Lines of a log as they come: server-sent events, each with a JSON document.
struct PodLogLines {
  private struct Entry: Decodable { var line: String }
  private var open: [UInt8] = []
  /// The lines so far.
  private(set) var text: [UInt8] = []

  mutating func take(_ piece: [UInt8]) {
    open += piece
    while let end = open.firstIndex(of: 0x0A) {
      read(open[..<end])
      open.removeFirst(end + 1)
    }
  }

  private mutating func read(_ line: ArraySlice<UInt8>) {
    guard line.starts(with: Array("data:".utf8)), let entry = try? JSON.decode(Entry.self, from: Data(line.dropFirst(5))) else { return }
    text += Array(entry.line.utf8)
    if text.last != 0x0A { text.append(0x0A) }
  }
}

extension RunPodProvider: BillingProvider {
  /// What RunPod has charged, hour by hour.
  public func bills(of resource: ResourceID, from start: Date, to end: Date) async throws(ProviderError) -> [Bill] {
    let query = [
      ("startTime", start.formatted(.iso8601)), ("endTime", end.formatted(.iso8601)), ("bucketSize", "hour"), ("podId", resource.rawValue),
    ]
    let call = RunPodCall.read("/v2/billing/pods", query, doing: "ask what \(resource) has cost")
    let records = try await client().ask(call, as: BillingAnswer.self)?.records ?? []
    return records.filter { $0.podId == resource.rawValue }.compactMap { record in
      guard let from = Timestamp.parse(record.startTime), let to = Timestamp.parse(record.endTime) else { return nil }
      return Bill(from: from, to: to, amount: Money(record.totalAmount))
    }
  }
}
