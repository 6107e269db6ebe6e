import Basics
import Glibc
public import RunAgent
import Synchronization
public import TrainingModel

/// Runs a job in a container of an engine, talking to the engine's API itself.
public final class ContainerExecutor: Executor {
  private struct State {
    var wasAsked = false
    var created: CreatedContainer?
    var image: ImageFacts?
    var relay: OutputRelay?
    var wait: ContainerWait?
    var killedByUs = false
    var kernelKills: Int64?
  }

  private let request: ExecutionRequest
  private let options: ContainerOptions
  private let plan: ContainerPlan
  private let client: EngineClient
  private let state = Mutex(State())

  /// An executor for one job; contacts nothing yet.
  /// - Throws: ``StartFailure`` when the job's options are not ours.
  public init(_ request: ExecutionRequest) throws(StartFailure) {
    guard let options = try? ContainerOptions(request.job.executor), let version = APIVersion(options.apiVersion) else {
      throw StartFailure(
        .badConfiguration, "the agent does not understand how the container was described",
        hints: ["runpilot and runpilot-agent should be of the same version: `runpilot doctor`"])
    }
    self.request = request
    self.options = options
    plan = ContainerPlan(request, options: options, caller: (getuid(), getgid()))
    client = EngineClient(options.engine, version: version, environment: request.callerEnvironment)
  }

  /// Creates the container, after pulling its image if the engine has none.
  public func prepare(_ report: @escaping @Sendable (RunProgress) -> Void) async throws(StartFailure) {
    if let problem = plan.problem { throw problem }
    do throws(SystemError) {
      if let file = plan.setupFile { try Self.makeSetupFile(file) }
    } catch {
      throw StartFailure(.unavailable, error.message, hints: error.hints)
    }
    do throws(EngineError) {
      // The image is looked up meanwhile: one that has to be pulled first is looked up again.
      async let looking = Self.outcome { [client, options] () async throws(EngineError) in try await client.image(options.image) }
      let created = try await create(report)
      let image = try? await looking.get()
      state.withLock { ($0.created, $0.image) = (created, image) }
    } catch {
      throw StartFailure(error)
    }
  }

  private func create(_ report: @escaping @Sendable (RunProgress) -> Void) async throws(EngineError) -> CreatedContainer {
    state.withLock { $0.wasAsked = true }
    do throws(EngineError) { return try await client.create(plan.request, name: plan.name) } catch {
      guard error.kind == .imageNotFound else { throw error }
    }
    let logins = options.loginFile.map { LoginFile($0, environment: request.callerEnvironment) }
    let login = await logins?.login(for: options.image)
    try await client.pull(options.image, login: login, report: report)
    return try await client.create(plan.request, name: plan.name)
  }

  /// Whoever the image's user is may write it: it holds nothing but a word.
  private static func makeSetupFile(_ path: String) throws(SystemError) {
    try Files.writeAtomically([UInt8](), to: path)
    guard chmod(path, 0o666) == 0 else { throw SystemError("write", path) }
  }

  /// Connects to the output, registers for the end, and starts the container; in this order, so that nothing is missed.
  public func start() async throws(StartFailure) -> StartedJob {
    guard let created = state.withLock({ $0.created }) else { throw StartFailure(.unavailable, "the container was never created") }
    do throws(EngineError) { return try await start(created) } catch {
      state.withLock { $0.relay }?.close()
      throw StartFailure(error)
    }
  }

  private func start(_ created: CreatedContainer) async throws(EngineError) -> StartedJob {
    let client = client
    async let attaching = Self.outcome { () async throws(EngineError) in try await client.attach(created.id) }
    async let registering = Self.outcome { () async throws(EngineError) in try await client.beginWait(created.id) }
    let relay = OutputRelay(try await attaching.get(), to: request.output)
    let wait = try await registering.get()
    state.withLock { ($0.relay, $0.wait) = (relay, wait) }
    do throws(SystemError) { try relay.start() } catch {
      throw EngineError(.engineFault, error.message, hints: error.hints)
    }
    state.withLock { $0.kernelKills = KernelKills.count() }
    guard !Task.isCancelled else { throw EngineError(.cancelled, "the start was cancelled") }
    // From here on the job may run, and one that runs is asked to end; it is not taken away.
    try await uncancelled { await Self.outcome { () async throws(EngineError) in try await client.start(created.id) } }.get()
    // A record without the image's digest is better than none.
    var image = state.withLock { $0.image }
    if image == nil { image = await uncancelled { [options] in try? await client.image(options.image) } }
    return StartedJob(
      id: created.id, imageDigest: image?.digest(for: ImageReference(options.image)), workingFolder: plan.workingFolderHere,
      versions: options.engineVersion.map { ["engine": $0] } ?? [:], warnings: created.warnings ?? [])
  }

  private static func outcome<Value: Sendable>(_ body: @Sendable () async throws(EngineError) -> Value) async -> Result<Value, EngineError>
  {
    do throws(EngineError) { return .success(try await body()) } catch { return .failure(error) }
  }

  /// Waits for the container's end and for the last of its output.
  public func wait() async -> JobEnd {
    let (created, relay, wait) = state.withLock { ($0.created, $0.relay, $0.wait) }
    guard let created, let relay, let wait else { return .lost("the container was never started") }
    do throws(EngineError) {
      let code = try await wait.exitCode()
      return await conclude(created, code, await relay.finish())
    } catch {
      return await waitAnew(created, relay, error)
    }
  }

  /// The engine went away while we waited. It may come back, and its containers may have gone on without it.
  private func waitAnew(_ created: CreatedContainer, _ relay: OutputRelay, _ first: EngineError) async -> JobEnd {
    relay.close()
    var summary = await relay.finish()
    summary.isBroken = true
    var giveUp = ContinuousClock.now + Self.patienceWithEngine
    while ContinuousClock.now < giveUp {
      do throws(EngineError) {
        // Once it is back, the job may take its time.
        let code = try await client.beginWait(created.id, started: true).exitCode()
        return await conclude(created, code, summary)
      } catch {
        if error.kind == .containerNotFound { return .lost("its container is gone: somebody has removed it") }
        // It answered, and went away again.
        if error.mayHaveHappened { giveUp = ContinuousClock.now + Self.patienceWithEngine }
      }
      try? await Task.sleep(for: .milliseconds(500))
    }
    return .lost("the engine went away while the job ran, and did not come back: \(first.message)")
  }

  /// An engine that is updated or restarted is back within a minute.
  private static let patienceWithEngine = Duration.seconds(90)

  private func conclude(_ created: CreatedContainer, _ code: Int32, _ output: OutputRelay.Summary) async -> JobEnd {
    if output.isBroken { await catchUp(created, from: output.bytes) }
    let progress = plan.setupFile.map { SetupScript.progress((try? Files.readText($0)) ?? "") }
    let end = ContainerEnd(
      code: code, oomKilled: await wasOutOfMemory(created, code), memory: request.job.resources.memory,
      killedByUs: state.withLock { $0.killedByUs }, opening: output.opening, outputBytes: output.bytes, command: request.job.command,
      setup: request.job.setup, progress: progress)
    return end.meaning
  }

  /// Whether the kernel ended the container for want of memory.
  ///
  /// Engines learn of that apart from the end itself, a moment later, and under load not at all: then the kernel's own count of such ends
  /// speaks, if this is its machine.
  private func wasOutOfMemory(_ created: CreatedContainer, _ code: Int32) async -> Bool {
    guard code != 0 else { return false }
    guard code == 128 + SIGKILL, !state.withLock({ $0.killedByUs }) else {
      return (try? await client.inspect(created.id))?.state.oomKilled ?? false
    }
    for _ in 0..<5 {
      if let facts = try? await client.inspect(created.id), facts.state.oomKilled { return true }
      try? await Task.sleep(for: .milliseconds(50))
    }
    guard request.job.resources.memory != nil, !options.engine.mayBeElsewhere, let before = state.withLock({ $0.kernelKills }) else {
      return false
    }
    return KernelKills.count().map { $0 > before } ?? false
  }

  /// Fills from the engine's own log what the broken stream did not bring.
  private func catchUp(_ created: CreatedContainer, from offset: Int64) async {
    guard let missing = try? await client.output(of: created.id, from: offset), !missing.isEmpty else { return }
    let output = request.output
    _ = try? await BackgroundThread.run { missing.withUnsafeBytes { _ = output.write($0) } }
  }

  /// Signals the container's first process, which hands it on to the job.
  public func signal(_ signal: Int32) async {
    let created = state.withLock { state in
      if signal == SIGKILL { state.killedByUs = true }
      return state.created
    }
    // A container that does not run any more needs no signal.
    if let created { try? await client.kill(created.id, signal: signal) }
  }

  /// Removes the container, ending it first.
  public func cleanUp() async -> CleanupOutcome {
    guard state.withLock({ $0.wasAsked }) else { return CleanupOutcome(.done) }
    let (client, name) = (client, plan.name)
    return await uncancelled {
      do throws(EngineError) {
        // By name: a creation that was given up half-way has told us no id.
        try await client.remove(name)
        return CleanupOutcome(.done)
      } catch {
        return CleanupOutcome(.pending, detail: "the container \(name) may be left: \(error.message)")
      }
    }
  }

  /// Measures the container, and its GPUs when it has any.
  public var sampler: (any Sampler)? {
    guard let created = state.withLock({ $0.created }) else { return nil }
    let gpus = options.passesGPUs && request.job.resources.gpus.isWanted
    return ContainerSampler(
      client: client, container: created.id,
      gpus: gpus ? GPUSampler(need: request.job.resources.gpus, environment: request.callerEnvironment) : nil)
  }
}
