import ProviderKit
import RunPodSupport
import Synchronization

/// What a provider remembers while a command runs.
///
/// All pods come from one request, and questions about single pods are answered from the last listing while it is fresh: the quota is one request
/// a second.
final class PodMemory: Sendable {
  struct Listing: Sendable {
    var pods: [PodAnswer]
    /// When it was asked for.
    var at: ContinuousClock.Instant
  }
  private struct State {
    var listing: Listing?
    /// When launches were last sent whose answers have not come.
    var sent: [LaunchToken: ContinuousClock.Instant] = [:]
    /// Made once, for it remembers the quota.
    var client: RunPodClient?
  }
  private let state = Mutex(State())

  /// The last listing; nil after something was changed.
  var listing: Listing? {
    get { state.withLock { $0.listing } }
    set { state.withLock { $0.listing = newValue } }
  }

  /// When a launch whose answer has not come was sent.
  func sentAt(_ token: LaunchToken) -> ContinuousClock.Instant? { state.withLock { $0.sent[token] } }
  /// A launch is sent now.
  func send(_ token: LaunchToken) { state.withLock { $0.sent[token] = .now } }
  /// It was refused.
  func forget(_ token: LaunchToken) { state.withLock { $0.sent[token] = nil } }

  /// The client that was made first.
  func client(_ make: () throws(ProviderError) -> RunPodClient) throws(ProviderError) -> RunPodClient {
    if let client = state.withLock({ $0.client }) { return client }
    let fresh = try make()
    return state.withLock { state in
      let client = state.client ?? fresh
      state.client = client
      return client
    }
  }
}
