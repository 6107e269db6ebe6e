import Basics
import Bundling
import Configuration
import ControlAPI
import FoundationEssentials
import ProviderKit
import ResourceTracking
import RunPilotTesting
import RunStore
import Synchronization
import Testing
import TrainingModel

@testable import Orchestration

/// A home that rents from a ``FakeCloud``, with a clock that is told what time it is.
final class RentalBench: Sendable {
  let root: TemporaryFolder
  let clock: TestClock
  let cloud: FakeCloud
  let store: MemoryStore
  let installation: String
  /// The settings with which the mailbox was opened.
  let doors = Mutex<[ProviderSettings]>([])

  final class TestClock: Sendable {
    private let time = Mutex(Date(timeIntervalSince1970: 1_795_230_000))
    var now: Date { time.withLock { $0 } }
    func advance(_ seconds: TimeInterval) { time.withLock { $0 += seconds } }
  }

  init(cloud: FakeCloud? = nil, clock: TestClock = TestClock(), installation: String = "home-1") throws {
    self.clock = clock
    root = try TemporaryFolder()
    self.cloud = cloud ?? FakeCloud { clock.now }
    store = MemoryStore()
    self.installation = installation
    try Files.createFolder(root.path + "/project")
    try Files.writeAtomically(Array("print('hello')\n".utf8), to: root.path + "/project/train.py")
    try Files.writeAtomically(Self.agent, to: root.path + "/runpilot-agent")
  }

  /// The smallest file that says of itself to be a static executable.
  private static let agent: [UInt8] = {
    var bytes = [UInt8](repeating: 0, count: 128)
    bytes.replaceSubrange(0..<6, with: [0x7F, 0x45, 0x4C, 0x46, 2, 1])
    bytes[18] = 0x3E
    return bytes
  }()

  var home: String { root.path + "/home" }

  var orchestrator: RunOrchestrator {
    let (clock, home, installation, cloud) = (clock, home, installation, cloud)
    let descriptor = ProviderDescriptor(module: "cloud", summary: "a cloud of the tests", runsContainers: false, isRented: true) {
      _, _ throws(ProviderError) in cloud
    }
    struct NoAgent: AgentStarting {
      var executable: String? { nil }
      func start(_ job: AgentJob, request: LaunchRequest) throws(ProviderError) -> AgentFacts {
        throw ProviderError(.invalidRequest, "no agent here")
      }
    }
    let context = ProviderContext(
      environment: [:], home: home, installation: installation, owner: "me@here", agent: NoAgent(), now: { clock.now })
    let registry = ProviderRegistry(
      entries: [.init(settings: ProviderSettings(id: "cloud", module: "cloud"), descriptor: descriptor, origin: "the test")],
      defaultID: nil, context: context)
    let texts = ConfigurationText(
      write: { RunFileText.write($0) }, read: { text, path in try RunFileText.read(Data(text.utf8), name: path) })
    return RunOrchestrator(
      .init(
        store: RunStore(home: home), registry: registry, configurations: texts, environment: [:], installation: { installation },
        version: "test", now: { clock.now }, rental: rental))
  }

  var rental: RentalWorld {
    let (clock, home, installation, store, agent) = (clock, home, installation, store, root.path + "/runpilot-agent")
    return RentalWorld(
      tracker: { by in try ResourceTracker(home: home, installation: installation, by: by, now: { clock.now }) },
      mailbox: { [self] settings in
        doors.withLock { $0.append(settings) }
        return MailboxDoor(store: store, address: StoreAddress(bucket: "b", region: "r"), prefix: "p")
      },
      farAgent: { _ in agent }, architectures: { ["x86_64"] }, container: { _, _ in .process }, containerRunFolder: "/runpilot",
      bundler: Bundler(cache: root.path + "/cache"), configuredOwner: { nil },
      sleep: { duration in
        try Task.checkCancellation()
        clock.advance(duration.inSeconds)
      })
  }

  var keeper: ResourceKeeper { ResourceKeeper(orchestrator, rental) }
  var tracker: ResourceTracker { get throws { try rental.tracker("the test") } }

  func spec() -> RunSpec {
    var spec = RunSpec(name: "digits", entrypoint: ["python3", "train.py"], projectFolder: root.path + "/project", provider: "cloud")
    spec.tags = ["a,b", "say \"hi\""]
    return spec
  }

  @discardableResult
  func submit(_ spec: RunSpec? = nil) async throws -> RunRecord {
    try await orchestrator.submit(RunRequest(spec: spec ?? self.spec()), onProgress: { _ in })
  }

  /// Closes a run's record as its mirror would.
  func finish(_ record: RunRecord) throws {
    var record = record
    record.status = .success
    record.finishedAt = clock.now
    try orchestrator.store.write(record)
  }
}
