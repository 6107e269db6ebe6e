import Basics
public import RunAgent
import Subprocessing
public import TrainingModel

/// Measures NVIDIA GPUs by the driver's own program on this machine: series such as `sys.gpu0.utilization_percent`.
public struct GPUSampler: Sampler {
  private static let fields: [(query: String, series: String, factor: Double)] = [
    ("utilization.gpu", "utilization_percent", 1), ("memory.used", "memory_used_bytes", 1_048_576),
    ("memory.total", "memory_total_bytes", 1_048_576), ("power.draw", "power_watts", 1), ("temperature.gpu", "temperature_celsius", 1),
  ]

  private let need: GPUNeed
  private let environment: [String: String]

  /// A sampler of the GPUs that a job has.
  public init(need: GPUNeed, environment: [String: String]) {
    self.need = need
    self.environment = environment
  }

  /// One measurement of each GPU; empty when the program is not there or says nothing.
  public func sample() async -> [String: Double] {
    var arguments = ["nvidia-smi", "--query-gpu=" + (["index"] + Self.fields.map(\.query)).joined(separator: ",")]
    arguments.append("--format=csv,noheader,nounits")
    if case .ids(let ids) = need { arguments.append("--id=" + ids.joined(separator: ",")) }
    guard let outcome = try? await Command(arguments, environment: environment, deadline: .seconds(4)).run(), outcome.end.isSuccess else {
      return [:]
    }
    return Self.values(outcome.text, need: need)
  }

  /// Reads the program's table. A count means the first of them: the engine hands them out in that order.
  static func values(_ table: String, need: GPUNeed) -> [String: Double] {
    var lines = table.split(whereSeparator: \.isNewline)
    if case .count(let count) = need { lines = Array(lines.prefix(count)) }
    var values: [String: Double] = [:]
    for line in lines {
      let cells = line.split(separator: ",", omittingEmptySubsequences: false).map { $0.trimmed() }
      guard cells.count == fields.count + 1, let index = Int(cells[0]) else { continue }
      for (field, cell) in zip(fields, cells.dropFirst()) {
        // "[N/A]" is what it says of what a model cannot measure.
        if let number = Double(cell) { values["sys.gpu\(index).\(field.series)"] = number * field.factor }
      }
    }
    return values
  }
}
