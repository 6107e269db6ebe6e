import FoundationEssentials
import ProviderKit
import TrainingModel

/// One time that a job was started, as the accounts have it: a job that was requeued has several.
struct JobStretch: Sendable, Equatable {
  var start: Date
  /// Nil while it lasts.
  var end: Date?
  /// How long it had what follows; without the time in which it was suspended.
  var seconds: Int64
  var nodes: Int64
  /// Of all nodes together.
  var gpus: Int64

  /// sacct's fields.
  static let format = "Start,End,ElapsedRaw,NNodes,AllocTRES"

  /// - Parameter seconds: nil where the accounts do not say: all of it then.
  init(start: Date, end: Date?, seconds: Int64?, nodes: Int64, gpus: Int64) {
    (self.start, self.end, self.nodes, self.gpus) = (start, end, max(0, nodes), max(0, gpus))
    self.seconds = max(0, seconds ?? end.map { Int64($0.timeIntervalSince(start)) } ?? 0)
  }

  /// A line of `sacct -P` with times in seconds since 1970. Nil for one of another form, and for a time that has not begun.
  init?(_ line: Substring) {
    let parts = line.split(separator: "|", omittingEmptySubsequences: false).map(String.init)
    guard parts.count == 5, let start = SlurmTime.date(Int64(parts[0])) else { return nil }
    let resources = Self.resources(parts[4])
    let models = resources.filter { $0.key.hasPrefix("gres/gpu:") }.map(\.value)
    self.init(
      start: start, end: SlurmTime.date(Int64(parts[1])), seconds: Int64(parts[2]), nodes: resources["node"] ?? Int64(parts[3]) ?? 1,
      gpus: resources["gres/gpu"] ?? models.reduce(0, &+))
  }

  /// `cpu=1,gres/gpu=2,mem=100M,node=1`; what is no whole number is left out.
  private static func resources(_ text: String) -> [String: Int64] {
    var found: [String: Int64] = [:]
    for pair in text.split(separator: ",") {
      let halves = pair.split(separator: "=", maxSplits: 1)
      if halves.count == 2, let count = Int64(halves[1]) { found[String(halves[0])] = count }
    }
    return found
  }

  /// What it comes to: whole seconds at a price for each hour of a node, and one for each hour of a GPU, multiplied before anything is divided.
  func cost(nodeHour: Decimal, gpuHour: Decimal, currency: String) -> Money {
    Money(Decimal(seconds) * (Decimal(nodes) * nodeHour + Decimal(gpus) * gpuHour) / 3_600, currency)
  }
}
