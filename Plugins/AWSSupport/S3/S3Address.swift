import HTTPTransport

/// Where a bucket is, and how its name gets into a request.
public struct S3Address: Sendable, Equatable {
  /// The service.
  public var endpoint: AWSEndpoint
  /// The bucket.
  public var bucket: String
  /// Whether the bucket is part of the path and not of the host's name.
  public var usesPath: Bool

  /// A bucket at a service.
  /// - Parameter pathStyle: nil decides: by host at AWS's own address when the name may be part of one, by path everywhere else.
  public init(_ endpoint: AWSEndpoint, bucket: String, pathStyle: Bool? = nil) {
    self.endpoint = endpoint
    self.bucket = bucket
    usesPath = pathStyle ?? (endpoint.override != nil || !Self.fitsHost(bucket))
  }

  /// A name that a wildcard certificate covers: DNS characters, no dot.
  static func fitsHost(_ bucket: String) -> Bool {
    (3...63).contains(bucket.utf8.count) && !bucket.hasPrefix("-") && !bucket.hasSuffix("-")
      && bucket.utf8.allSatisfy { (0x61...0x7A).contains($0) || (0x30...0x39).contains($0) || $0 == 0x2D }
  }

  /// Where requests for the bucket go.
  var origin: HTTPOrigin {
    guard !usesPath else { return endpoint.origin }
    switch endpoint.origin {
    case .https(let host, let port): return .https(host: "\(bucket).\(host)", port: port)
    case .http(let host, let port): return .http(host: "\(bucket).\(host)", port: port)
    case .unix: return endpoint.origin
    }
  }

  /// Path and query of a request for a key; an empty key is the bucket itself.
  func target(_ key: String, _ query: [(String, String)] = []) -> String {
    let base = endpoint.path + (usesPath ? "/" + PercentEncoding.encode(bucket) : "")
    let path = base + "/" + PercentEncoding.encode(key, keep: "/")
    return query.isEmpty ? path : path + "?" + PercentEncoding.query(query)
  }
}
