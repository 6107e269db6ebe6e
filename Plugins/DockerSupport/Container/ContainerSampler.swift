import FoundationEssentials
import RunAgent
import Synchronization

/// Measures a container through its engine: `sys.cpu_percent` (100 is one core) and `sys.memory_bytes`; and its GPUs.
final class ContainerSampler: Sampler {
  private let client: EngineClient
  private let container: String
  private let gpus: GPUSampler?
  private let last = Mutex<ContainerUsage?>(nil)

  init(client: EngineClient, container: String, gpus: GPUSampler?) {
    self.client = client
    self.container = container
    self.gpus = gpus
  }

  func sample() async -> [String: Double] {
    async let devices = gpus?.sample() ?? [:]
    guard let usage = try? await client.usage(of: container) else { return await devices }
    let before = last.withLock { last in
      defer { last = usage }
      return last
    }
    var values = await devices
    values["sys.memory_bytes"] = usage.memory.map(Double.init)
    if let before, let seconds = usage.seconds(since: before), usage.cpuNanoseconds >= before.cpuNanoseconds {
      values["sys.cpu_percent"] = Double(usage.cpuNanoseconds - before.cpuNanoseconds) / 1e7 / seconds
    }
    return values
  }
}

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
