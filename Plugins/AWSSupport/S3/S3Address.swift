import HTTPTransport

/// Where a bucket's requests go.
public struct S3Address: Sendable, Equatable {
  /// The service, in the bucket's region.
  public let endpoint: AWSEndpoint
  /// Whether the bucket's name stands in the path, and not in the host's name.
  public let usesPath: Bool
  let origin: HTTPOrigin
  /// What comes before the key: empty, or `/prefix`, or `/prefix/bucket`.
  let base: String

  /// - Parameter endpoint: of the region; it keeps its name in the path when it was configured by somebody.
  init(bucket: String, endpoint: AWSEndpoint, addressing: S3Options.Addressing) {
    let inHost: Bool
    switch addressing {
    case .path: inHost = false
    case .virtualHost: inHost = true
    case .automatic: inHost = endpoint.override == nil && Self.fitsHost(bucket)
    }
    self.endpoint = endpoint
    usesPath = !inHost
    if inHost {
      origin = endpoint.origin.withHost { "\(bucket).\($0)" }
      base = endpoint.path
    } else {
      origin = endpoint.origin
      base = endpoint.path + "/" + bucket
    }
  }

  /// The path of a key: every byte that is not plain is encoded, dots and slashes stay as they are.
  func path(_ key: String?) -> String {
    guard let key else { return base.isEmpty ? "/" : base }
    return base + "/" + PercentEncoding.encode(key, keep: "/")
  }

  /// Whether a name fits a host's name, and its certificate: no dots, lower case.
  private static func fitsHost(_ bucket: String) -> Bool {
    bucket.utf8.allSatisfy { (0x61...0x7A).contains($0) || (0x30...0x39).contains($0) || $0 == 0x2D }
      && bucket.first != "-" && bucket.last != "-"
  }

  /// Why a name is no bucket's; nil when it may be one (S3 User Guide, "General purpose bucket naming rules"; older names may have capitals).
  static func objection(to bucket: String) -> String? {
    guard (3...255).contains(bucket.utf8.count) else { return "a bucket's name has 3 to 63 characters" }
    let isPlain = bucket.utf8.allSatisfy { byte in
      (0x61...0x7A).contains(byte) || (0x41...0x5A).contains(byte) || (0x30...0x39).contains(byte) || [0x2D, 0x2E, 0x5F].contains(byte)
    }
    return isPlain && !bucket.contains("..") ? nil : "a bucket's name holds letters, digits, '-' and '.' only"
  }
}

extension HTTPOrigin {
  fileprivate func withHost(_ change: (String) -> String) -> HTTPOrigin {
    switch self {
    case .unix: self
    case .http(let host, let port): .http(host: change(host), port: port)
    case .https(let host, let port): .https(host: change(host), port: port)
    }
  }
}
