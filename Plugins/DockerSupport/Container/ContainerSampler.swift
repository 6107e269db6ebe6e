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
