import Basics
import Cryptography
import FoundationEssentials
import HTTPTransport
import ProviderKit
import Retrying
import RunPodSupport
import TrainingModel

/// Rents pods of RunPod: containers on other people's machines, whose image is the run's.
public struct RunPodProvider: Sendable {
  /// How long it takes for things to show.
  struct Pace: Sendable {
    /// After this, a listing shows what was made before it began.
    var settled: Duration = .seconds(30)
    /// Between two looks for what a lost answer may have made.
    var look: Duration = .seconds(5)
    /// How long one listing serves for questions about single pods.
    var freshness: Duration = .seconds(15)
    /// How long a stream of logs may pause before it counts as read.
    var logPause: Duration = .seconds(5)
  }

  let id: ProviderID
  let settings: RunPodSettings
  let environment: [String: String]
  /// In whose name it asks: the vendor does not say.
  let owner: String
  let pace: Pace
  let now: @Sendable () -> Date
  let memory = PodMemory()
  private let readFile: @Sendable (String) throws(SystemError) -> Data
  private let transport: any HTTPTransport
  private let retry: Retry
  private let address: RunPodAddress

  /// A provider; contacts nobody, and looks for no key yet.
  init(
    _ settings: ProviderSettings, environment: [String: String], owner: String, transport: any HTTPTransport, retry: Retry,
    pace: Pace = Pace(), readFile: @escaping @Sendable (String) throws(SystemError) -> Data, now: @escaping @Sendable () -> Date
  ) throws(ProviderError) {
    id = settings.id
    self.settings = RunPodSettings(settings.values)
    address = try RunPodAddress(self.settings.api)
    self.environment = environment
    self.owner = owner
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
      of: id, file: settings.keyFile, variable: "RUNPOD_API_KEY", in: environment,
      making: "make one at https://console.runpod.io/user/settings, then `export RUNPOD_API_KEY=…`"
    ) { path throws(SystemError) in Array(try readFile(path)) }
  }

  /// The client, made once: it remembers the quota.
  func client() throws(ProviderError) -> RunPodClient {
    try memory.client { () throws(ProviderError) in
      RunPodClient(address, key: try key().key, transport: transport, retry: retry, now: now)
    }
  }

  /// The API that pods are told of; nil for RunPod's own.
  var toldAddress: String? { address.text == RunPodAddress.usual ? nil : address.text }

  /// The account's name: as it was set, else by its key, so that what another account has is never taken for gone.
  func accountID() throws(ProviderError) -> String {
    if let name = settings.account { return name }
    let key = try key().key
    return "key-" + String(key.withExposed { SHA256.hexDigest(of: Array($0.utf8)) }.prefix(12))
  }
}
