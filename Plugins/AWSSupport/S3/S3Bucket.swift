import ProviderKit

/// The objects of one bucket.
public struct S3Bucket: Sendable {
  let client: S3Client
  /// The bucket's name.
  public let name: String

  /// For messages.
  func url(_ key: String) -> String { "s3://\(name)/\(key)" }

  var options: S3Options { client.options }

  /// Where its requests go, as far as is known: it may turn out to be in another region.
  public var address: S3Address { S3Address(bucket: name, endpoint: endpoint, addressing: options.addressing) }

  /// The endpoint of the region where the bucket is.
  var endpoint: AWSEndpoint {
    guard let region = client.regions[name] else { return client.endpoint }
    // Somebody's own endpoint answers for all its regions; only the signature changes.
    if client.endpoint.override == nil, let standard = try? AWSEndpoint.standard(.s3, region: region) { return standard }
    return AWSEndpoint(
      origin: client.endpoint.origin, path: client.endpoint.path, signingRegion: region, override: client.endpoint.override)
  }

  /// An answer of this bucket's store that cannot be understood.
  func nonsense(_ doing: String, _ what: String, changed: Bool = false) -> ProviderError {
    ProviderError(.vendorFault, "cannot \(doing): \(what)", effect: changed ? .unknown : .none)
  }
}
