import Basics
import PluginHost
public import ProviderKit
import Synchronization
import TrainingModel

/// What the trial of a near plugin can start: runs of a home of its own, with real agents.
public struct ProbeLaunches: Sendable {
  let starter: any AgentStarting
  let request: @Sendable (_ command: [String]) throws -> LaunchRequest

  /// - Parameters:
  ///   - starter: starts agents.
  ///   - request: a new run of the trial's home that carries out a command.
  public init(starter: any AgentStarting, request: @escaping @Sendable (_ command: [String]) throws -> LaunchRequest) {
    self.starter = starter
    self.request = request
  }
}

/// A run that a near plugin is asked to launch, and the agents that it has asked for.
final class TrialRun: AgentStarting {
  let request: LaunchRequest
  private let starter: any AgentStarting
  private let counts = Mutex((asked: 0, started: 0, settled: 0))
  private let killed: Mutex<PluginProbe?> = Mutex(nil)

  init(_ launches: ProbeLaunches) throws {
    starter = launches.starter
    request = try launches.request(["sleep", "600"])
  }

  var uid: String { request.record.uid }
  /// How many agents there are.
  var agents: Int { counts.withLock { $0.started } }
  var executable: String? { starter.executable }

  /// The next agent that is started is the plugin's last deed.
  func killsWhenStarted(_ probe: PluginProbe) { killed.withLock { $0 = probe } }

  func start(_ job: AgentJob, request: LaunchRequest) throws(ProviderError) -> AgentFacts {
    counts.withLock { $0.asked += 1 }
    defer { counts.withLock { $0.settled += 1 } }
    let facts = try starter.start(job, request: request)
    counts.withLock { $0.started += 1 }
    let victim = killed.withLock { probe in
      defer { probe = nil }
      return probe
    }
    victim?.kill()
    return facts
  }

  /// Waits until no agent is being started.
  func settle() async {
    repeat { try? await Task.sleep(for: .milliseconds(50)) } while counts.withLock { $0.asked != $0.settled }
  }

  /// Ends what a plugin has left of it: a living agent finds the wish within a second, and closes the record when the job is gone.
  func end() async {
    guard agents > 0, !isOver else { return }
    try? request.folder.ask(.kill)
    let deadline = ContinuousClock.now + .seconds(15)
    while !isOver, ContinuousClock.now < deadline { try? await Task.sleep(for: .milliseconds(50)) }
  }

  private var isOver: Bool {
    (try? JSON.decode(RunRecord.self, from: try Files.read(request.folder.record)))?.status.isTerminal ?? false
  }
}
