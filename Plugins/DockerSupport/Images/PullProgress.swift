import Basics
import FoundationEssentials
import TrainingModel

/// Adds up what the engine says while it pulls: a JSON object a line, cut anywhere, one layer each. An error may come in the midst of it.
struct PullProgress: Sendable {
  private struct Line: Decodable {
    struct Detail: Decodable {
      var current: Int64?
      var total: Int64?
    }
    struct Failure: Decodable { var message: String? }
    var status: String?
    var id: String?
    var progressDetail: Detail?
    var error: String?
    var errorDetail: Failure?
  }

  private struct Layer {
    var current: Int64 = 0
    var total: Int64 = 0
    var isDone = false
  }

  private let image: String
  private var partial: [UInt8] = []
  private var layers: [String: Layer] = [:]
  private(set) var failure: String?

  init(image: String) { self.image = image }

  /// Takes the next bytes.
  /// - Returns: whether anything has changed.
  mutating func take(_ bytes: [UInt8]) -> Bool {
    var changed = false
    var rest = bytes[...]
    while let end = rest.firstIndex(of: UInt8(ascii: "\n")) {
      let line = partial + rest[..<end]
      rest = rest[rest.index(after: end)...]
      partial = []
      changed = take(line: line) || changed
    }
    partial += rest
    return changed
  }

  /// How far all layers together are, in bytes.
  var summary: RunProgress {
    let total = layers.values.reduce(0) { $0 + $1.total }
    let current = layers.values.reduce(0) { $0 + ($1.isDone ? $1.total : $1.current) }
    return RunProgress(phase: "pulling image", detail: image, current: total > 0 ? current : nil, total: total > 0 ? total : nil)
  }

  private mutating func take(line bytes: [UInt8]) -> Bool {
    guard let line = try? JSON.decode(Line.self, from: Data(bytes)) else { return false }
    if let words = line.errorDetail?.message ?? line.error {
      failure = words
      return true
    }
    guard let id = line.id, let status = line.status else { return false }
    switch status {
    case "Downloading":
      layers[id, default: Layer()].current = line.progressDetail?.current ?? 0
      layers[id, default: Layer()].total = line.progressDetail?.total ?? 0
    case "Download complete", "Pull complete": layers[id, default: Layer()].isDone = true
    default: return false
    }
    return true
  }
}
