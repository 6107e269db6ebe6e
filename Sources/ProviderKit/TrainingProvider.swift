public import SafeCleanup
public import TrainingModel

/// What a provider promises. Optional powers are small protocols of their own, found with `as?`.
public protocol TrainingProvider: Sendable {
  /// Priced ways to meet a need, cheapest first. Contacts the vendor only if prices are not at hand.
  /// - Throws: ``ProviderError/Code/noCapacity`` is not thrown: no way is an empty list.
  func offers(for need: ResourceNeed) async throws(ProviderError) -> [Offer]

  /// Starts one resource that runs the request's agent.
  ///
  /// Safe to repeat: the same token returns the first call's resource.
  /// - Throws: ``ProviderError`` with its effect. A resource that starts and then fails is not an error here.
  func launch(_ request: LaunchRequest, token: LaunchToken) async throws(ProviderError) -> Resource

  /// One page of what runs there; says whether it was everything.
  func resources(_ scope: ListingScope, after page: PageToken?) async throws(ProviderError) -> ResourcePage

  /// How one resource stands now. A resource that is not there is `.gone`, not an error.
  func status(of resource: ResourceID) async throws(ProviderError) -> ResourceState

  /// Ends one resource. Idempotent: what is not there is `.alreadyGone`, not an error.
  func destroy(_ permit: consuming CleanupPermit) async throws(ProviderError) -> Destruction
}

/// The answer to `destroy`.
public enum Destruction: Sendable, Equatable {
  /// It was there and is gone.
  case destroyed
  case alreadyGone
  /// Under way; ask again after a while.
  case pending(checkAgainIn: Duration)
}

/// What makes a repeated launch the same launch.
public struct LaunchToken: Sendable, Hashable, Codable {
  /// At most 64 printable ASCII characters.
  public let value: String
  /// A token; for local providers the run's uid.
  public init(_ value: String) { self.value = value }
}

/// What a listing is to show.
public enum ListingScope: Sendable, Hashable {
  /// All that carries our tags.
  case ours
  /// What belongs to one run.
  case run(uid: String)
  /// All that any home's RunPilot made, known by its tags.
  case managed
  /// Everything of the kinds we rent, ours or not: to report, never to touch.
  case everything
}

/// Where the next page begins, in the provider's own words.
public struct PageToken: Sendable, Hashable {
  /// Opaque.
  public let value: String
  /// Wraps the provider's token.
  public init(_ value: String) { self.value = value }
}

/// One page of a listing.
public struct ResourcePage: Sendable {
  /// What was found.
  public var resources: [Resource]
  /// Where the next page begins; nil at the end.
  public var next: PageToken?
  /// Whether the provider could see everything it was asked for.
  public var isComplete: Bool
  /// Why not, in words: a region that did not answer.
  public var gaps: [String] = []
  /// The regions among them; empty when the provider has none, or cannot say.
  public var unanswered: Set<String> = []

  /// A page; the last and a complete one by default.
  public init(_ resources: [Resource], next: PageToken? = nil, isComplete: Bool = true) {
    self.resources = resources
    self.next = next
    self.isComplete = isComplete
  }
}

/// Can say whether it is usable: what `runpilot doctor` and `providers check` ask. Changes nothing.
public protocol AccountCheck: TrainingProvider {
  /// Everything worth checking, in the order in which one would mend it.
  func check() async -> [CheckResult]
}

/// Can tell what a run's executor wrote after its agent died.
public protocol LogRecovery: TrainingProvider {
  /// The job's output from byte `offset` of its log on, or nil when it cannot be known without repeating or losing bytes.
  func recoveredLog(of runUID: String, from offset: Int64) async throws(ProviderError) -> [UInt8]?
}
