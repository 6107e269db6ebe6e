import DockerSupport
public import ProviderKit
public import SafeCleanup
public import TrainingModel

/// Runs jobs in containers of a Docker Engine, or of what speaks its API: module `docker`.
public struct DockerProvider: TrainingProvider {
  private let runs: ContainerRuns

  /// What there is to know about it beforehand.
  public static let descriptor = ProviderDescriptor(
    module: "docker", summary: "containers of a Docker Engine, or of Podman's compatible socket", settings: ContainerRuns.settings,
    credentials: ["DOCKER_HOST", "DOCKER_CONTEXT", "DOCKER_TLS_VERIFY", "DOCKER_CERT_PATH", "~/.docker/config.json"],
    powers: [
      PowerDescription("gpu", false, "the module `nvidia-docker` hands NVIDIA GPUs to containers"),
      PowerDescription("limits", true, "memory, CPU and /dev/shm, by the engine"),
      PowerDescription("image", true, "pulled when the engine has none, with the logins of `docker login`"),
    ],
    defaultFor: [.container], runsContainers: true,
    make: { settings, context throws(ProviderError) in DockerProvider(runs: try ContainerRuns(settings, context)) })

  init(runs: ContainerRuns) { self.runs = runs }

  /// The engine's machine, for nothing; none with GPUs.
  public func offers(for need: ResourceNeed) async throws(ProviderError) -> [Offer] {
    guard !need.gpus.isWanted else { return [] }
    return [Offer(provider: runs.id, machine: "host", gpuCount: 0, pricePerHour: .zero, priceSource: "this machine")]
  }

  /// Asks the engine whether it is there, and starts the run's agent.
  public func launch(_ request: LaunchRequest, token: LaunchToken) async throws(ProviderError) -> Resource {
    guard !request.spec.resources.gpus.isWanted else {
      throw ProviderError(
        .invalidRequest, "the run wants GPUs, which the module `docker` does not hand to containers",
        hints: ["`--provider nvidia-docker`, or leave `--provider` out", "or run it without: `--gpus 0`"])
    }
    return try await runs.launch(request, token: token, on: try await runs.connect(), passesGPUs: false)
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

extension DockerProvider: AccountCheck {
  /// The engine and the agent.
  public func check() async -> [CheckResult] { await runs.check().results }
}

extension DockerProvider: LogRecovery {
  /// From the engine's own log.
  public func recoveredLog(of runUID: String, from offset: Int64) async throws(ProviderError) -> [UInt8]? {
    try await runs.recoveredLog(of: runUID, from: offset)
  }
}
