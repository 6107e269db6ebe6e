import Basics
public import RunAgent
import TrainingModel

/// Turns a job into the container that is to run it. Pure: no engine is asked, no file is touched.
public struct ContainerPlan: Sendable {
  /// Where the run's outputs folder appears inside: what `RUNPILOT_RUN_DIR` names there.
  public static let runFolder = "/runpilot"
  /// Where the project appears inside.
  public static let projectFolder = "/app"
  /// Where the setup commands say how far they came.
  static let setupState = runFolder + "/.setup"

  private let job: AgentJob
  private let folder: RunFolder
  private let secrets: [String: String]
  private let options: ContainerOptions
  private let caller: (user: UInt32, group: UInt32)

  /// A plan for a request.
  /// - Parameter caller: who `user: host` is.
  public init(_ request: ExecutionRequest, options: ContainerOptions, caller: (user: UInt32, group: UInt32)) {
    job = request.job
    folder = request.folder
    secrets = request.secrets
    self.options = options
    self.caller = caller
  }

  private var make: EngineMake { EngineMake(serverName: options.engineVersion) }

  /// Why this container cannot be had from this engine, where the engine itself would not say it; nil when nothing is known against it.
  var problem: StartFailure? {
    if options.passesGPUs, job.resources.gpus.isWanted, let problem = make.gpuProblem {
      return StartFailure(.unavailable, problem.message, hints: problem.hints)
    }
    // Podman's compatible socket makes folders that are not there, as `docker run -v` does.
    guard make.isPodman, !options.engine.mayBeElsewhere, let absent = options.mounts.first(where: { !Files.exists($0.source) }) else {
      return nil
    }
    return StartFailure(
      .badConfiguration, "cannot create the container: there is no \(absent.source) to mount",
      hints: ["create the folder, or correct it under `mounts:` in the run file"])
  }

  /// The container's name.
  public var name: String { ContainerNaming.name(id: job.id, uid: job.uid) }

  /// The file of this machine in which the setup commands say how far they came; nil without any.
  var setupFile: String? { job.setup.isEmpty ? nil : folder.agentFolder + "/setup" }

  /// The body of its creation.
  public var request: ContainerRequest {
    let command =
      job.setup.isEmpty ? job.command : SetupScript.command(setup: job.setup, job: job.command, stateFile: Self.setupState)
    var request = ContainerRequest(image: options.image, entrypoint: command)
    let environment = job.environment.merging(secrets) { _, secret in secret }
    request.environment = environment.sorted { $0.key < $1.key }.map { "\($0.key)=\($0.value)" }
    request.workingFolder = workingFolder
    request.user = options.user == "host" ? "\(caller.user):\(caller.group)" : options.user
    request.labels = [
      ContainerNaming.run: job.uid, ContainerNaming.id: job.id.rawValue, ContainerNaming.installation: options.installation,
      ContainerNaming.owner: options.owner,
    ]
    request.labels[ContainerNaming.provider] = options.provider
    request.host = hostPart
    return request
  }

  /// The working directory inside.
  var workingFolder: String { job.workdir ?? Self.projectFolder }

  /// The folder of this machine that is the job's working directory; nil when it is one of the image's own.
  var workingFolderHere: String? {
    guard !options.engine.mayBeElsewhere else { return nil }
    let inside = Paths.normalize(workingFolder)
    let best = binds.filter { inside == $0.target || inside.hasPrefix($0.target == "/" ? "/" : $0.target + "/") }
      .max { $0.target.utf8.count < $1.target.utf8.count }
    return best.map { Paths.normalize($0.source + "/" + inside.dropFirst($0.target.utf8.count)) }
  }

  private var hostPart: ContainerRequest.HostPart {
    var host = ContainerRequest.HostPart()
    host.mounts = binds
    host.memory = job.resources.memory?.bytes
    // Without this an engine gives as much swap again, and a job beyond its limit crawls instead of ending.
    host.memoryAndSwap = job.resources.memory?.bytes
    host.nanoCPUs = job.resources.cpuMillis.map { $0 * 1_000_000 }
    host.sharedMemory = job.resources.sharedMemory?.bytes
    host.network = options.network
    host.devices = options.passesGPUs ? devices(job.resources.gpus) : nil
    return host
  }

  /// The project, what the user has named, the outputs. A mount of the user's at the same place wins.
  private var binds: [ContainerRequest.Bind] {
    var binds = options.mounts.map {
      ContainerRequest.Bind(source: $0.source, target: Paths.normalize($0.target), readOnly: $0.readOnly)
    }
    let taken = Set(binds.map(\.target))
    if !taken.contains(Self.projectFolder) {
      binds.insert(.init(source: job.projectFolder, target: Self.projectFolder, readOnly: false), at: 0)
    }
    binds.append(.init(source: folder.outputs, target: Self.runFolder + "/outputs", readOnly: false))
    if let setupFile { binds.append(.init(source: setupFile, target: Self.setupState, readOnly: false)) }
    return binds
  }

  private func devices(_ need: GPUNeed) -> [ContainerRequest.DeviceRequest]? {
    if make.isPodman { return Self.describedDevices(need).map { [.init(driver: "cdi", ids: $0, capabilities: nil)] } }
    return switch need {
    case .none, .count(0): nil
    case .all: [.init(count: -1)]
    case .count(let count): [.init(count: count)]
    case .ids(let ids): [.init(ids: ids)]
    }
  }

  /// The names that the NVIDIA Container Toolkit gives GPUs in its device descriptions (CDI): by index, by UUID, and all together.
  private static func describedDevices(_ need: GPUNeed) -> [String]? {
    let names: [String]
    switch need {
    case .none, .count(0): return nil
    case .all: names = ["all"]
    case .count(let count): names = (0..<count).map(String.init)
    case .ids(let ids): names = ids
    }
    return names.map { "nvidia.com/gpu=" + $0 }
  }
}
