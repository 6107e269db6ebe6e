public import ProviderKit
public import Retrying

/// Who asks, and where: what all clients of one set of settings share. Opening it contacts nobody.
public struct AWSSession: Sendable {
  /// The region asked unless another is named.
  public let region: AWSRegion
  /// Keeps the credentials.
  public let keeper: CredentialKeeper
  private let endpoint: String?
  private let profile: AWSProfile?
  private let shared: SharedConfiguration
  private let surroundings: AWSSurroundings
  private let retry: Retry
  private let skew = ClockSkew()

  /// What providers.toml may say.
  public struct Settings: Sendable, Equatable {
    /// The region; from the environment or the profile when nil.
    public var region: String?
    /// The profile; `AWS_PROFILE` or `default` when nil.
    public var profile: String?
    /// The address of all services, in place of AWS's own.
    public var endpoint: String?

    /// Settings.
    public init(region: String? = nil, profile: String? = nil, endpoint: String? = nil) {
      self.region = region
      self.profile = profile
      self.endpoint = endpoint
    }
  }

  /// Reads the shared files and plans; contacts nobody.
  /// - Throws: ``ProviderError`` of code `invalidRequest` when files or settings make no sense.
  public init(_ settings: Settings, in surroundings: AWSSurroundings, retry: Retry) throws(ProviderError) {
    do throws(AWSConfigurationError) {
      let shared = try SharedConfiguration.load(surroundings)
      let profile = shared.profiles[surroundings.profileName(settings.profile)]
      let plan = try CredentialPlan(profile: settings.profile, shared: shared, in: surroundings)
      region = try AWSRegion.resolve(setting: settings.region, profile: profile, in: surroundings)
      let sts = try AWSEndpoint.resolve(
        .sts, region: region.name, setting: settings.endpoint, profile: profile, shared: shared, in: surroundings)
      let asking = RoleTaking(endpoint: sts, surroundings: surroundings, retry: retry, skew: skew)
      let fetcher = CredentialFetcher(surroundings: surroundings) { form, taker async throws(ProviderError) in
        try await asking.take(form, taker)
      }
      keeper = CredentialKeeper(now: surroundings.now) { await CredentialKeeper.finding(plan, with: fetcher) }
      self.profile = profile
      self.shared = shared
    } catch {
      throw ProviderError(error)
    }
    endpoint = settings.endpoint
    self.surroundings = surroundings
    self.retry = retry
  }

  /// A client of a service, in the session's region unless another is named.
  public func client(_ service: AWSService, region other: String? = nil) throws(ProviderError) -> AWSClient {
    do throws(AWSConfigurationError) {
      let address = try AWSEndpoint.resolve(
        service, region: other ?? region.name, setting: endpoint, profile: profile, shared: shared, in: surroundings)
      return AWSClient(service: service, endpoint: address, keeper: keeper, surroundings: surroundings, retry: retry, skew: skew)
    } catch {
      throw ProviderError(error)
    }
  }

  /// Credentials of a session that may do what a policy says and its maker may do too, for a machine without a role of its own.
  ///
  /// Only a user's own keys can make one: whoever holds temporary credentials is refused by AWS.
  /// - Parameters:
  ///   - name: 2 to 32 letters, digits and `+=,.@-`.
  ///   - lifetime: from 15 minutes to 36 hours.
  public func session(named name: String, policy: String, lifetime: Duration) async throws(ProviderError) -> AWSCredentials {
    let seconds = min(max(lifetime.components.seconds, 900), 129_600)
    let form = QueryForm(
      "GetFederationToken", version: STSAnswer.version, .query,
      ["Name": .text(name), "Policy": .text(policy), "DurationSeconds": .number(seconds)])
    return try STSAnswer.credentials(try await client(.sts).query(.query(form, doing: "open a session for a machine")))
  }

  /// A client of the object store, in the session's region until a bucket turns out to be in another.
  public func objects(_ options: S3Options = S3Options()) throws(ProviderError) -> S3Client {
    do throws(AWSConfigurationError) {
      let address = try AWSEndpoint.resolve(
        .s3, region: region.name, setting: endpoint, profile: profile, shared: shared, in: surroundings)
      return S3Client(
        endpoint: address, credentials: keeper, transport: surroundings.transport, retry: retry, options: options, skew: skew,
        now: surroundings.now)
    } catch {
      throw ProviderError(error)
    }
  }

  /// The objects of one bucket.
  /// - Parameter pathStyle: whether the bucket's name goes into the path; nil decides by the address.
  public func bucket(_ name: String, pathStyle: Bool? = nil) throws(ProviderError) -> S3Bucket {
    let addressing: S3Options.Addressing = pathStyle.map { $0 ? .path : .virtualHost } ?? .automatic
    return try objects(S3Options(addressing: addressing)).bucket(name)
  }
}
