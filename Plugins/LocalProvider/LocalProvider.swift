import Basics
import FoundationEssentials
import Glibc
public import ProviderKit
public import SafeCleanup
import Subprocessing
public import TrainingModel

/// Runs jobs as processes of this machine: module `local`.
///
/// A resource is the process tree of one run, and its id is the run's uid: the agent is known by the run folder it was given, everything else
/// by `RUNPILOT_RUN_UID` in its environment.
public struct LocalProvider: TrainingProvider {
  private let id: ProviderID
  let context: ProviderContext
  private let processes: RunProcesses
  let devices: GPUDevices

  /// What there is to know about it beforehand.
  public static let descriptor = ProviderDescriptor(
    module: "local", summary: "processes of this machine",
    powers: [
      PowerDescription("gpu", true, "this machine's own, chosen by CUDA_VISIBLE_DEVICES"),
      PowerDescription("limits", true, "memory and CPU where this user may make control groups; the record says where not"),
      PowerDescription("image", false, "jobs run without a container"),
    ],
    defaultFor: [.process], runsContainers: false,
    make: { settings, context throws(ProviderError) in LocalProvider(id: settings.id, context: context) })

  init(id: ProviderID, context: ProviderContext, devices: GPUDevices = GPUDevices()) {
    self.id = id
    self.context = context
    self.devices = devices
    processes = RunProcesses(home: context.home, provider: id)
  }

  /// This machine, for nothing.
  public func offers(for need: ResourceNeed) async throws(ProviderError) -> [Offer] {
    do throws(ProviderError) { try devices.check(need.gpus) } catch { return [] }
    var offer = Offer(
      provider: id, machine: "host", gpuType: need.gpus.isWanted ? need.gpuType : nil, gpuCount: devices.count(of: need.gpus),
      pricePerHour: .zero, priceSource: "this machine")
    offer.cpuCores = Int64(ProcessInfo.processInfo.activeProcessorCount)
    offer.memory = ByteSize(bytes: Int64(clamping: ProcessInfo.processInfo.physicalMemory))
    return [offer]
  }

  /// Starts the run's agent beside this process.
  public func launch(_ request: LaunchRequest, token: LaunchToken) async throws(ProviderError) -> Resource {
    // Only a launch that was tried before can be running: looking through all processes takes longer than all the rest.
    if Files.exists(request.folder.job), let running = await started(token) { return resource(running) }
    try devices.check(request.spec.resources.gpus)
    var environment = AgentJob.standardEnvironment(record: request.record, spec: request.spec, folder: request.folder, seed: request.seed)
    if let visible = devices.visible(request.spec.resources.gpus, environment: context.environment), environment[GPUDevices.variable] == nil
    {
      environment[GPUDevices.variable] = visible
    }
    var job = AgentJob(record: request.record, spec: request.spec, environment: environment, executor: .process)
    job.workdir = request.spec.workdir ?? request.spec.projectFolder
    let agent = try context.agent.start(job, request: request)
    var resource = describe(request.record.uid, runFolder: request.folder.path)
    resource.launchedAt = context.now()
    resource.tags["pid"] = "\(agent.pid)"
    return resource
  }

  /// The processes of an earlier launch. One that has just been made may have no command line yet, by which it is known: the kernel lets its parent
  /// go on before that. So it is looked for a second time.
  private func started(_ token: LaunchToken) async -> RunProcesses.Tree? {
    if let found = processes.find(uid: token.value).first { return found }
    try? await Task.sleep(for: .milliseconds(50))
    return processes.find(uid: token.value).first
  }

  /// The process trees of this home's runs.
  public func resources(_ scope: ListingScope, after page: PageToken?) async throws(ProviderError) -> ResourcePage {
    switch scope {
    case .ours, .managed, .everything: ResourcePage(processes.find(uid: nil).map(resource))
    case .run(let uid): ResourcePage(processes.find(uid: uid).map(resource))
    }
  }

  /// Running while any process of the run is there.
  public func status(of resource: ResourceID) async throws(ProviderError) -> ResourceState {
    processes.find(uid: resource.rawValue).isEmpty ? .gone : .running
  }

  /// Ends the whole tree. A living agent is asked first, so that it can close its record; it gets a few seconds.
  public func destroy(_ permit: consuming CleanupPermit) async throws(ProviderError) -> Destruction {
    let uid = permit.resource.rawValue
    guard let tree = processes.find(uid: uid).first else { return .alreadyGone }
    let processes = processes
    if let agent = tree.agent {
      // Not to be told is no reason to let it live: the next step tells it otherwise.
      try? RunFolder(tree.runFolder).ask(.kill)
      agent.signal(AgentCommand.signal)
      _ = await Teardown.end([TeardownStep(0, wait: .seconds(15))], find: { agent.isAlive ? [agent] : [] })
    }
    let steps = [TeardownStep(SIGTERM, wait: .seconds(2)), TeardownStep(SIGKILL, wait: .seconds(5))]
    let left = await Teardown.end(steps, find: { processes.find(uid: uid).flatMap(\.all) })
    return left.isEmpty ? .destroyed : .pending(checkAgainIn: .seconds(5))
  }

  private func resource(_ tree: RunProcesses.Tree) -> Resource {
    var resource = describe(tree.uid, runFolder: tree.runFolder)
    if let agent = tree.agent { resource.tags["pid"] = "\(agent.pid)" }
    resource.tags["processes"] = "\(tree.all.count)"
    return resource
  }

  private func describe(_ uid: String, runFolder: String) -> Resource {
    var resource = Resource(id: ResourceID(uid), provider: id, kind: "process", state: .running, runUID: uid)
    resource.name = Paths.name(of: runFolder)
    resource.installation = context.installation
    resource.owner = context.owner
    return resource
  }
}
