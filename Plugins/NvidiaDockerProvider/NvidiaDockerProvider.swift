import DockerSupport
public import ProviderKit
public import SafeCleanup
public import TrainingModel

/// Runs jobs in containers that see this machine's NVIDIA GPUs: module `nvidia-docker`.
public struct NvidiaDockerProvider: TrainingProvider {
  private let runs: ContainerRuns

  /// What there is to know about it beforehand.
  public static let descriptor = ProviderDescriptor(
    module: "nvidia-docker", summary: "containers with this machine's NVIDIA GPUs", settings: ContainerRuns.settings,
    credentials: ["DOCKER_HOST", "DOCKER_CONTEXT", "DOCKER_TLS_VERIFY", "DOCKER_CERT_PATH", "~/.docker/config.json"],
    powers: [
      PowerDescription("gpu", true, "all of them, a number, or chosen ones, by the NVIDIA Container Toolkit; measured while the job runs"),
      PowerDescription("limits", true, "memory, CPU and /dev/shm, by the engine"),
      PowerDescription("image", true, "pulled when the engine has none, with the logins of `docker login`"),
    ],
    defaultFor: [.gpuContainer], runsContainers: true,
    make: { settings, context throws(ProviderError) in NvidiaDockerProvider(runs: try ContainerRuns(settings, context)) })

  init(runs: ContainerRuns) { self.runs = runs }

  /// The engine's machine, for nothing, when it has what is needed.
  public func offers(for need: ResourceNeed) async throws(ProviderError) -> [Offer] {
    var count = 0
    if need.gpus.isWanted {
      let preflight = try await GPUPreflight.gather(try await runs.connect(), environment: runs.context.environment)
      do throws(ProviderError) { try preflight.review(need.gpus) } catch { return [] }
      count = preflight.count(of: need.gpus)
    }
    return [
      Offer(
        provider: runs.id, machine: "host", gpuType: need.gpus.isWanted ? need.gpuType : nil, gpuCount: count, pricePerHour: .zero,
        priceSource: "this machine")
    ]
  }

  /// Looks for GPUs if the run wants any, and starts the run's agent.
  public func launch(_ request: LaunchRequest, token: LaunchToken) async throws(ProviderError) -> Resource {
    let client = try await runs.connect()
    let need = request.spec.resources.gpus
    if need.isWanted { try await GPUPreflight.gather(client, environment: runs.context.environment).review(need) }
    return try await runs.launch(request, token: token, on: client, passesGPUs: need.isWanted)
  }

  /// Containers with our labels, and agents that have none yet.
  public func resources(_ scope: ListingScope, after page: PageToken?) async throws(ProviderError) -> ResourcePage {
    try await runs.resources(scope)
  }

  /// How a run's container stands.
  public func status(of resource: ResourceID) async throws(ProviderError) -> ResourceState { try await runs.status(of: resource) }

  /// Ends the agent and removes the container.
  public func destroy(_ permit: consuming CleanupPermit) async throws(ProviderError) -> Destruction {
    try await runs.destroy(uid: permit.resource.rawValue)
  }
}

extension NvidiaDockerProvider: AccountCheck {
  /// The engine, the agent, the driver and the toolkit.
  public func check() async -> [CheckResult] {
    let (results, client) = await runs.check()
    guard let client, let preflight = try? await GPUPreflight.gather(client, environment: runs.context.environment) else { return results }
    return results + preflight.results
  }
}

extension NvidiaDockerProvider: LogRecovery {
  /// From the engine's own log.
  public func recoveredLog(of runUID: String, from offset: Int64) async throws(ProviderError) -> [UInt8]? {
    try await runs.recoveredLog(of: runUID, from: offset)
  }
}
