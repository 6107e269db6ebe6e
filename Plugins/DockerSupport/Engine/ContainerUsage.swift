import FoundationEssentials

/// What a container has used.
public struct ContainerUsage: Sendable, Decodable {
  private struct CPU: Decodable {
    struct Usage: Decodable { var total_usage: UInt64? }
    var cpu_usage: Usage?
  }
  private struct Memory: Decodable {
    var usage: UInt64?
    var stats: [String: UInt64]?
  }
  private var read: Date
  private var cpu_stats: CPU?
  private var memory_stats: Memory?

  /// Processor time since its start.
  public var cpuNanoseconds: UInt64 { cpu_stats?.cpu_usage?.total_usage ?? 0 }

  /// Bytes, without file caches that the kernel would drop (the formula of the engine's documentation, "Get container stats").
  public var memory: UInt64? {
    guard let usage = memory_stats?.usage else { return nil }
    let cache = memory_stats?.stats?["total_inactive_file"] ?? memory_stats?.stats?["inactive_file"] ?? 0
    return usage > cache ? usage - cache : usage
  }

  func seconds(since before: ContainerUsage) -> Double? {
    let seconds = read.timeIntervalSince(before.read)
    return seconds > 0.001 ? seconds : nil
  }
}
