import AWSSupport
import Basics
import FoundationEssentials
import HTTPTransport
import ProviderKit
import Retrying
import Synchronization
import TrainingModel
import XML

/// Rents machines of Amazon EC2.
public struct EC2Provider: Sendable {
  let id: ProviderID
  let settings: EC2Settings
  let session: AWSSession
  let prices: PriceStore
  let now: @Sendable () -> Date
  let memory = Memory()

  /// A provider; contacts nobody.
  /// - Parameters:
  ///   - home: where fetched prices are kept.
  ///   - retry: how transient failures are repeated.
  init(_ settings: ProviderSettings, surroundings: AWSSurroundings, home: String, retry: Retry) throws(ProviderError) {
    id = settings.id
    self.settings = EC2Settings(settings.values)
    session = try AWSSession(
      AWSSession.Settings(region: self.settings.regions.first, profile: self.settings.profile, endpoint: self.settings.endpoint),
      in: surroundings,
      retry: retry)
    now = surroundings.now
    prices = PriceStore(folder: home + "/prices", now: surroundings.now)
  }

  /// The regions that listings look at, the first one first.
  var regions: [String] {
    var regions: [String] = [session.region.name]
    for region in settings.regions where !regions.contains(region) { regions.append(region) }
    return regions
  }

  /// The regions a run may go to: what is rented where no listing looks would be lost.
  func regions(_ wish: EC2Settings) throws(ProviderError) -> [String] {
    guard !wish.regions.isEmpty else { return regions }
    for region in wish.regions where !regions.contains(region) {
      throw ProviderError(
        .invalidRequest, "region '\(region)' is not one of this provider's: \(regions.joined(separator: ", "))",
        hints: ["add it in providers.toml, so that listings look there too: `regions = [\"\(region)\"]`"])
    }
    return wish.regions
  }

  /// Asks EC2 in a region.
  func ask(
    _ region: String, _ form: QueryForm, doing: String, changes: Bool = false, repeatable: Bool = true
  ) async throws(ProviderError) -> XMLNode {
    try await session.client(.ec2, region: region).query(
      .query(form, doing: "\(doing) in \(region)", changes: changes, repeatable: repeatable))
  }

  /// Who asks; asked once.
  func who() async throws(ProviderError) -> Identity {
    if let known = memory.known.withLock({ $0.identity }) { return known }
    let answer = try await session.client(.sts).query(
      .query(QueryForm("GetCallerIdentity", version: "2011-06-15", .query), doing: "ask AWS who this is"))
    guard let result = answer["GetCallerIdentityResult"], let account = result.text("Account"), let arn = result.text("Arn") else {
      throw ProviderError(.vendorFault, "AWS did not say who this is")
    }
    let found = Identity(account: account, arn: arn)
    memory.known.withLock { $0.identity = found }
    return found
  }

  /// An account and who asks for it.
  struct Identity: Sendable, Equatable {
    var account: String
    var arn: String
  }

  /// What does not change while a command runs.
  final class Memory: Sendable {
    struct Known {
      var identity: Identity?
      /// Where things were last seen, by id.
      var regions: [ResourceID: String] = [:]
    }
    let known = Mutex(Known())
  }
}
