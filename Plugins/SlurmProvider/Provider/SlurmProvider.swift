import Basics
import FoundationEssentials
import HTTPClient
public import ProviderKit
import Retrying
import Synchronization
import TrainingModel

/// Runs jobs on a cluster that Slurm shares out among many.
public struct SlurmProvider: Sendable {
  let id: ProviderID
  let settings: SlurmSettings
  /// The way to the cluster.
  let control: any ClusterControl
  let memory = Memory()

  init(_ settings: ProviderSettings, control: (SlurmSettings) throws(ProviderError) -> any ClusterControl) throws(ProviderError) {
    id = settings.id
    self.settings = try SlurmSettings(settings.values)
    self.control = try control(self.settings)
  }

  /// What there is to know about it before it exists.
  public static let descriptor = ProviderDescriptor(
    module: "slurm", summary: "runs jobs on a Slurm cluster, from a machine of it, over ssh or by slurmrestd",
    settings: SlurmSettings.descriptions,
    credentials: [
      "the user's own account on the cluster", "SLURM_CONF, where the cluster's configuration is",
      "ssh's keys and SSH_AUTH_SOCK, with `host`", "SLURM_JWT, or what `token_command` prints, with `endpoint`",
    ],
    powers: [
      PowerDescription("gpu", true, "as generic resources (GRES), by model and count"),
      PowerDescription(ProviderDescriptor.severalNodes, true, "started together by srun, with rank and address of the first for each"),
      PowerDescription("sweeps", true, "as one job array, which the cluster bounds by itself"),
      PowerDescription(
        "billing", true, "costs become node and GPU hours of the cluster's accounts at the settings' prices; observed without accounts"),
      PowerDescription("spot", false, "a cluster has its own rules of preemption: choose them by partition and qos"),
      PowerDescription("stop and start", false, "a stopped job gives its nodes back: there is nothing to start again"),
    ],
    runsContainers: false, isRented: true
  ) { settings, context throws(ProviderError) in
    let environment = context.environment
    return try SlurmProvider(settings) { settings throws(ProviderError) in
      if let endpoint = settings.endpoint {
        let tokens = TokenSource(command: settings.tokenCommand, environment: environment, now: context.now)
        let client = RestClient(
          try RestEndpoint(endpoint), user: settings.user, tokens: tokens, transport: HTTPClient(environment: environment),
          retry: Retry(budgets: RetryBudgets()), now: context.now)
        return RestControl(client: client, caller: environment["USER"])
      }
      guard let host = settings.host else { return CommandControl(LocalShell(environment: environment), way: "") }
      return CommandControl(
        RemoteShell(host: host, options: settings.sshOptions, environment: environment), way: " over ssh to \(host)")
    }
  }

  final class Memory: Sendable {
    let cluster = Mutex<ClusterIdentity?>(nil)
  }

  /// Which cluster this is, and as whom it is used; asked once.
  func cluster() async throws(ProviderError) -> ClusterIdentity {
    if let known = memory.cluster.withLock({ $0 }) { return known }
    let found = try await control.identity()
    memory.cluster.withLock { $0 = found }
    return found
  }
}
