import Basics
import FoundationEssentials
import Glibc
public import ProviderKit
import Subprocessing
public import TrainingModel

/// What the providers on container engines share: runs as containers of one engine, each beside an agent of this machine.
///
/// A resource is a run's container together with its agent, and its id is the run's uid: while the image is being pulled there is an agent and
/// no container yet, and after an agent was killed there may be a container and no agent. The container is known by its labels.
public struct ContainerRuns: Sendable {
  /// The settings that both kinds of provider have.
  public static let settings = [
    SettingDescription(
      "host", .string, "the engine's address, unix:///… or tcp://…; default: DOCKER_HOST, its contexts, the usual sockets", needsTrust: true
    ),
    SettingDescription("context", .string, "a context of the engine's command line, instead of `host`", needsTrust: true),
  ]

  /// The provider's name.
  public let id: ProviderID
  /// What may be touched.
  public let context: ProviderContext
  private let settings: ProviderSettings
  private let agents: AgentProcesses

  /// The runs of one provider; contacts nothing.
  /// - Throws: ``ProviderError`` for settings that exclude each other.
  public init(_ settings: ProviderSettings, _ context: ProviderContext) throws(ProviderError) {
    guard settings.values["host"] == nil || settings.values["context"] == nil else {
      throw ProviderError(
        .invalidRequest, "the provider '\(settings.id)' has both `host` and `context`", hints: ["remove one of them in providers.toml"])
    }
    id = settings.id
    self.settings = settings
    self.context = context
    agents = AgentProcesses(home: context.home, provider: settings.id)
  }

  /// Finds the engine and asks which version it speaks.
  public func connect() async throws(ProviderError) -> EngineClient {
    do throws(EngineError) {
      let search = EngineSearch(environment: context.environment)
      let endpoint = try search.find(host: settings.values["host"]?.stringValue, context: settings.values["context"]?.stringValue)
      return try await EngineClient.connect(endpoint, environment: context.environment)
    } catch {
      throw ProviderError(error)
    }
  }

  /// Starts the agent that is to carry the run in a container of the engine behind `client`.
  ///
  /// - Parameter passesGPUs: whether the run's wish for GPUs is handed to the engine.
  public func launch(_ request: LaunchRequest, token: LaunchToken, on client: EngineClient, passesGPUs: Bool)
    async throws(ProviderError) -> Resource
  {
    // An agent that was ever started has its job written down; without one there is nothing to look for.
    if Files.exists(request.folder.job), let running = try await find(uid: token.value, on: client).first { return running }
    guard let image = request.spec.image else {
      throw ProviderError(
        .invalidRequest, "the run names no image, and '\(id)' runs jobs in containers",
        hints: ["add `image: NAME:TAG` to the run file", "or run it on this machine itself: `--provider local`"])
    }
    var options = ContainerOptions(
      engine: client.endpoint, apiVersion: "\(client.version)", image: image, installation: context.installation, owner: context.owner)
    options.provider = id.rawValue
    options.engineVersion = client.serverName
    options.mounts = request.spec.mounts
    options.user = request.spec.user
    options.network = request.spec.network
    options.passesGPUs = passesGPUs
    options.loginFile = EngineSearch.configFolder(context.environment).map { $0 + "/config.json" }
    let environment = AgentJob.standardEnvironment(
      record: request.record, spec: request.spec, folder: RunFolder(ContainerPlan.runFolder), seed: request.seed)
    let job = AgentJob(record: request.record, spec: request.spec, environment: environment, executor: options.choice())
    let agent = try context.agent.start(job, request: request)
    var resource = resource(uid: request.record.uid, runID: request.record.id, state: .starting)
    resource.launchedAt = context.now()
    resource.tags["pid"] = "\(agent.pid)"
    return resource
  }

  /// What runs: containers by their labels, and agents that have none yet.
  public func resources(_ scope: ListingScope) async throws(ProviderError) -> ResourcePage {
    let client = try await connect()
    switch scope {
    case .ours, .managed, .everything: return ResourcePage(try await find(uid: nil, on: client))
    case .run(let uid): return ResourcePage(try await find(uid: uid, on: client))
    }
  }

  /// How a run's container and agent stand.
  public func status(of resource: ResourceID) async throws(ProviderError) -> ResourceState {
    try await find(uid: resource.rawValue, on: try await connect()).first?.state ?? .gone
  }

  /// Ends a run's agent and removes its container. A living agent is asked first, so that it can close its record.
  public func destroy(uid: String) async throws(ProviderError) -> Destruction {
    let client = try await connect()
    let running = agents.find(uid: uid)
    for agent in running {
      // Not to be told is no reason to let it live: its container is removed all the same.
      try? agent.folder.ask(.kill)
    }
    let processes = running.map(\.process)
    let left = await Teardown.end(
      [TeardownStep(0, wait: .seconds(15)), TeardownStep(SIGKILL, wait: .seconds(5))], find: { processes.filter(\.isAlive) })
    do throws(EngineError) {
      let containers = try await client.containers(labelled: labels(uid: uid))
      for container in containers { try await client.remove(container.id) }
      let isGone = try await client.containers(labelled: labels(uid: uid)).isEmpty
      if !left.isEmpty || !isGone { return .pending(checkAgainIn: .seconds(5)) }
      return containers.isEmpty && running.isEmpty ? .alreadyGone : .destroyed
    } catch {
      throw ProviderError(error)
    }
  }

  /// What the engine remembers of a run's output from byte `offset` of its log on.
  ///
  /// Nil for a run with secrets: its log has marks in their place, so that bytes cannot be counted, and the engine's has them in the clear.
  public func recoveredLog(of uid: String, from offset: Int64) async throws(ProviderError) -> [UInt8]? {
    let client = try await connect()
    do throws(EngineError) {
      guard let container = try await client.containers(labelled: labels(uid: uid)).first else { return nil }
      guard let id = container.labels[ContainerNaming.id] else { return nil }
      let folder = RunFolder(context.home + "/runs/" + id)
      guard let job = try? JSON.decode(AgentJob.self, from: Files.read(folder.job)), job.secretNames.isEmpty else { return nil }
      return try await client.output(of: container.id, from: offset)
    } catch {
      throw ProviderError(error)
    }
  }

  private func labels(uid: String?) -> [(String, String)] {
    let ours = [(ContainerNaming.installation, context.installation)]
    return uid.map { ours + [(ContainerNaming.run, $0)] } ?? ours + [(ContainerNaming.provider, id.rawValue)]
  }

  private func find(uid: String?, on client: EngineClient) async throws(ProviderError) -> [Resource] {
    let containers: [ContainerSummary]
    do throws(EngineError) { containers = try await client.containers(labelled: labels(uid: uid)) } catch { throw ProviderError(error) }
    var found: [String: Resource] = [:]
    for container in containers {
      guard let run = container.labels[ContainerNaming.run] else { continue }
      found[run] = resource(container, uid: run)
    }
    for agent in agents.find(uid: uid) {
      var known = found[agent.record.uid] ?? resource(uid: agent.record.uid, runID: agent.record.id, state: .starting)
      known.tags["pid"] = "\(agent.process.pid)"
      found[agent.record.uid] = known
    }
    return found.values.sorted { $0.id.rawValue < $1.id.rawValue }
  }

  private func resource(_ container: ContainerSummary, uid: String) -> Resource {
    let state: ResourceState =
      switch container.state {
      case "created": .starting
      case "running", "paused", "restarting": .running
      case "removing": .stopping
      default: .stopped
      }
    var resource = resource(uid: uid, runID: container.labels[ContainerNaming.id].map { RunID($0) }, state: state)
    resource.installation = container.labels[ContainerNaming.installation]
    resource.owner = container.labels[ContainerNaming.owner]
    resource.launchedAt = container.createdAt
    resource.tags = container.labels
    resource.tags["container"] = container.id
    return resource
  }

  private func resource(uid: String, runID: RunID?, state: ResourceState) -> Resource {
    var resource = Resource(id: ResourceID(uid), provider: id, kind: "container", state: state, runUID: uid)
    resource.name = runID.map { ContainerNaming.name(id: $0, uid: uid) }
    resource.installation = context.installation
    resource.owner = context.owner
    return resource
  }
}
