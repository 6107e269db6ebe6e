import Basics
import ProviderKit
import TrainingModel

/// Which partitions a run may go to, in which order. Pure.
struct PartitionChoice {
  var groups: [NodeGroup]
  /// Those of the settings; empty takes the cluster's default, and then every other.
  var wished: [String]

  /// One kind of node a partition: the first that has what is asked for.
  /// - Throws: ``ProviderError`` for a partition that does not exist, and when none of the wished ones has nodes of that kind.
  func fitting(_ need: ResourceNeed, gpus: Int, nodes: Int64 = 1) throws(ProviderError) -> [NodeGroup] {
    var names: [String] = []
    for group in groups where !names.contains(group.partition) { names.append(group.partition) }
    if let unknown = wished.first(where: { !names.contains($0) }) {
      throw ProviderError(
        .invalidRequest, "the cluster has no partition '\(unknown)'; it has \(names.joined(separator: ", "))",
        hints: ["name one of them: `partition: \(names.first ?? "")` under `provider_options:`, or in providers.toml"])
    }
    let ordered = wished.isEmpty ? byDefault(names) : wished
    let cpus = ((need.cpuMillis ?? 0) + 999) / 1_000
    let mebibytes = ((need.memory?.bytes ?? 0) + (1 << 20) - 1) >> 20
    let fitting = ordered.compactMap { name -> NodeGroup? in
      let own = groups.filter {
        $0.partition == name && $0.isUp && $0.has(cpus: cpus, mebibytes: mebibytes, gpus: gpus, type: need.gpuType)
      }
      return own.reduce(0) { $0 + $1.nodes } >= nodes ? own.first : nil
    }
    guard !fitting.isEmpty else { throw ProviderError(.noCapacity, nothing(ordered), hints: ["ask for less under `resources:`"]) }
    return fitting
  }

  private func byDefault(_ names: [String]) -> [String] {
    let first = groups.first { $0.isDefault }?.partition
    return (first.map { [$0] } ?? []) + names.filter { $0 != first }
  }

  /// Why nothing fits: what the largest nodes of each partition have.
  private func nothing(_ names: [String]) -> String {
    let known = names.map { name -> String in
      let own = groups.filter { $0.partition == name }
      guard own.contains(where: \.isUp) else { return "\(name) is not up" }
      let gpus = own.flatMap(\.gpus).max { $0.count < $1.count }
      return
        "\(name) has \(own.reduce(0) { $0 + $1.nodes }) nodes of \(own.map(\.cpus).max() ?? 0) CPUs, \(own.map(\.mebibytes).max() ?? 0) MiB, "
        + (gpus.map { "\($0.count) GPUs\($0.type.map { " (\($0))" } ?? "")" } ?? "no GPUs")
    }
    return "no partition has what the run asks for: \(known.joined(separator: "; "))"
  }
}
