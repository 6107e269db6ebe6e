import Basics
import FoundationEssentials
import HTTPTransport
import ProviderKit
import Retrying
import Synchronization
import TrainingModel

/// Runs jobs as executions of Lyceum Cloud, which are containers of the run's own image and cost for as long as their command runs; or on its
/// virtual machines, which cost until they are deleted.
public struct LyceumProvider: Sendable {
  /// How long it takes for things to show.
  struct Pace: Sendable {
    /// After this, a listing shows what was made before it began.
    var settled: Duration = .seconds(30)
    /// Between two looks for what a lost answer may have made.
    var look: Duration = .seconds(5)
  }

  let id: ProviderID
  let settings: LyceumSettings
  let environment: [String: String]
  /// RunPilot's home folder, where the key for machines is kept.
  let home: String
  let pace: Pace
  let now: @Sendable () -> Date
  let memory = Memory()
  private let origin: HTTPOrigin
  private let transport: any HTTPTransport
  private let retry: Retry
  private let readFile: @Sendable (String) throws(SystemError) -> Data

  /// A provider; contacts nobody, and looks for no key yet.
  init(
    _ settings: ProviderSettings, environment: [String: String], home: String, transport: any HTTPTransport, retry: Retry,
    pace: Pace = Pace(),
    readFile: @escaping @Sendable (String) throws(SystemError) -> Data, now: @escaping @Sendable () -> Date
  ) throws(ProviderError) {
    id = settings.id
    self.settings = LyceumSettings(settings.values)
    origin = try LyceumClient.origin(self.settings.api)
    self.environment = environment
    self.home = home
    self.transport = transport
    self.retry = retry
    self.pace = pace
    self.readFile = readFile
    self.now = now
  }

  /// The key, and where it is from.
  /// - Throws: code `unauthorised` when there is none.
  func key() throws(ProviderError) -> VendorKey {
    try VendorKey.find(
      of: id, file: settings.keyFile, variable: "LYCEUM_API_KEY", in: environment,
      making: "make one with `lyceum auth api-keys create`, then `export LYCEUM_API_KEY=…`"
    ) { path throws(SystemError) in Array(try readFile(path)) }
  }

  func client() throws(ProviderError) -> LyceumClient {
    LyceumClient(
      origin: origin, key: try key().key, organisation: settings.organisation, transport: transport, retry: retry, now: now)
  }

  /// Who asks; asked once.
  func who() async throws(ProviderError) -> UserAnswer {
    if let known = memory.user { return known }
    guard let user = try await client().ask(LyceumCall("/user/status", doing: "ask Lyceum who this is"), as: UserAnswer.self) else {
      throw ProviderError(.vendorFault, "Lyceum did not say who this is")
    }
    memory.user = user
    return user
  }

  /// What is remembered while a command runs.
  final class Memory: Sendable {
    private struct State {
      var user: UserAnswer?
      /// When launches were sent whose answers have not come.
      var sent: [LaunchToken: ContinuousClock.Instant] = [:]
    }
    private let state = Mutex(State())
    var user: UserAnswer? {
      get { state.withLock { $0.user } }
      set { state.withLock { $0.user = newValue } }
    }
    func sentAt(_ token: LaunchToken) -> ContinuousClock.Instant? { state.withLock { $0.sent[token] } }
    func send(_ token: LaunchToken) { state.withLock { $0.sent[token] = .now } }
    func forget(_ token: LaunchToken) { state.withLock { $0.sent[token] = nil } }
  }
}
