import Basics
import HTTPTransport
public import ProviderKit
import RunPodSupport
public import SafeCleanup
public import TrainingModel

extension RunPodProvider {
  /// All pods, in one request: there are no pages.
  public func resources(_ scope: ListingScope, after page: PageToken?) async throws(ProviderError) -> ResourcePage {
    guard page == nil else { throw ProviderError(.invalidRequest, "that page token is none of this provider's") }
    let account = try accountID()
    let all = try await listing(olderThan: .zero).map {
      $0.resource(provider: id, account: account, types: CatalogueReader.bundled)
    }
    return ResourcePage(all.filter { Self.isMeant($0, by: scope) })
  }

  private static func isMeant(_ resource: Resource, by scope: ListingScope) -> Bool {
    switch scope {
    case .ours, .managed: resource.intent != nil
    case .run(let uid): resource.runUID == uid
    case .everything: true
    }
  }

  /// How one pod stands: from the last listing while that is fresh, so that a fleet costs one request and not one a pod.
  public func status(of resource: ResourceID) async throws(ProviderError) -> ResourceState {
    if let listed = try await listing(olderThan: pace.freshness).first(where: { $0.id == resource.rawValue }) { return listed.state }
    // A pod that no listing shows is gone, unless it is one of a cluster's.
    let call = RunPodCall.read(RunPodCall.pod(resource.rawValue), doing: "look at \(resource)", mayBeAbsent: true)
    return try await client().ask(call, as: PodAnswer.self)?.state ?? .gone
  }

  /// The pods as they were listed, at most so long ago.
  func listing(olderThan age: Duration) async throws(ProviderError) -> [PodAnswer] {
    if let last = memory.listing, last.at.duration(to: .now) < age { return last.pods }
    let begun = ContinuousClock.now
    let call = RunPodCall.read("/v2/pods", doing: "list pods")
    guard let answer = try await client().ask(call, as: PodListAnswer.self) else { return [] }
    memory.listing = PodMemory.Listing(pods: answer.pods, at: begun)
    return answer.pods
  }

  /// Deletes a pod. A pod that somebody has locked is left alone.
  public func destroy(_ permit: consuming CleanupPermit) async throws(ProviderError) -> Destruction { try await end(permit.resource) }

  func end(_ resource: ResourceID) async throws(ProviderError) -> Destruction {
    var call = RunPodCall.change("DELETE", RunPodCall.pod(resource.rawValue), doing: "end \(resource)", repeatable: true)
    call.mayBeAbsent = true
    defer { memory.listing = nil }
    return try await client().send(call) == nil ? .alreadyGone : .destroyed
  }
}

/// An id as a part of a path.
enum PercentEncodedID {
  static func of(_ id: String) -> String { PercentEncoding.encode(id) }
}
