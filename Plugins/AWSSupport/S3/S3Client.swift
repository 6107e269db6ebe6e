public import FoundationEssentials
public import HTTPTransport
public import ProviderKit
public import Retrying
import Synchronization

/// A store that speaks S3: any vendor's, any region's. Opening it contacts nobody.
public struct S3Client: Sendable {
  /// Where the region's requests go, until a bucket turns out to be elsewhere.
  public let endpoint: AWSEndpoint
  /// How the store is asked.
  public let options: S3Options
  let credentials: CredentialKeeper
  let transport: any HTTPTransport
  let retry: Retry
  let now: @Sendable () -> Date
  let skew: ClockSkew
  let regions = RegionCache()

  /// - Parameters:
  ///   - endpoint: of the region that signatures name.
  ///   - transport: sends the requests.
  ///   - now: the time.
  public init(
    endpoint: AWSEndpoint, credentials: CredentialKeeper, transport: any HTTPTransport, retry: Retry,
    options: S3Options = S3Options(), now: @escaping @Sendable () -> Date
  ) {
    self.init(
      endpoint: endpoint, credentials: credentials, transport: transport, retry: retry, options: options, skew: ClockSkew(), now: now)
  }

  init(
    endpoint: AWSEndpoint, credentials: CredentialKeeper, transport: any HTTPTransport, retry: Retry, options: S3Options, skew: ClockSkew,
    now: @escaping @Sendable () -> Date
  ) {
    self.endpoint = endpoint
    self.credentials = credentials
    self.transport = transport
    self.retry = retry
    self.options = options
    self.skew = skew
    self.now = now
  }

  /// The objects of one bucket.
  /// - Throws: code `invalidRequest` when the name is no bucket's.
  public func bucket(_ name: String) throws(ProviderError) -> S3Bucket {
    if let objection = S3Address.objection(to: name) {
      throw ProviderError(.invalidRequest, "'\(name)' is no bucket: \(objection)", hints: ["write `s3://bucket/key`"])
    }
    return S3Bucket(client: self, name: name)
  }

  /// Whether a file's name is that of a download that is not finished.
  public static func isPartialFile(_ name: String) -> Bool { name.hasPrefix(".") && name.hasSuffix(PartialFile.suffix) }
}

extension S3Client: StorageProvider {
  /// The store of one bucket.
  public func store(bucket: String) async throws(ProviderError) -> any ObjectStore { try self.bucket(bucket) }
}

/// Which region each bucket turned out to be in, and the signer of each region.
final class RegionCache: Sendable {
  private let regions = Mutex<[String: String]>([:])
  private let signers = Mutex<[String: RequestSigner]>([:])

  subscript(bucket: String) -> String? {
    get { regions.withLock { $0[bucket] } }
    set { regions.withLock { $0[bucket] = newValue } }
  }

  func signer(_ region: String) -> RequestSigner {
    signers.withLock { signers in
      if let signer = signers[region] { return signer }
      let signer = RequestSigner(region: region, service: "s3")
      signers[region] = signer
      return signer
    }
  }
}
