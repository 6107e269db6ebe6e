public import HTTPTransport

/// Where a container engine listens, and how it was found.
public struct EngineEndpoint: Sendable, Hashable, Codable {
  /// Files (PEM) for an engine behind TLS.
  public struct Certificates: Sendable, Hashable, Codable {
    /// Whom to trust; nil for the system's list.
    public var authority: String?
    /// Our certificate.
    public var certificate: String?
    /// Its private key.
    public var key: String?
    /// Whether the engine must prove its name.
    public var verifies: Bool

    /// Certificates; all optional.
    public init(authority: String? = nil, certificate: String? = nil, key: String? = nil, verifies: Bool) {
      self.authority = authority
      self.certificate = certificate
      self.key = key
      self.verifies = verifies
    }
  }

  /// What a connection leads to, as `unix:///path` or `tcp://host:port`.
  public let address: String
  /// Nil without TLS.
  public let certificates: Certificates?
  /// Who said so, such as `DOCKER_HOST`.
  public let source: String

  private enum Way: Sendable, Hashable, Codable {
    case socket(String)
    case network(host: String, port: UInt16)
  }
  private let way: Way

  /// Reads an address of the form `unix:///path` or `tcp://host[:port]`.
  /// - Throws: ``EngineError`` for any other, with what to write instead.
  public init(_ address: String, certificates: Certificates? = nil, source: String) throws(EngineError) {
    self.address = address
    self.certificates = certificates
    self.source = source
    if address.hasPrefix("unix://") {
      let path = String(address.dropFirst(7))
      guard path.hasPrefix("/") else { throw EngineError.badAddress(address, source, "the path of a socket begins with '/'") }
      way = .socket(path)
    } else if address.hasPrefix("tcp://") {
      way = try Self.network(address, isSecure: certificates != nil, source)
    } else if address.hasPrefix("ssh://") {
      throw EngineError.overSSH(address, source)
    } else {
      throw EngineError.badAddress(address, source, "it begins neither with unix:// nor with tcp://")
    }
  }

  /// Where requests go.
  public var origin: HTTPOrigin {
    switch way {
    case .socket(let path): .unix(path: path)
    case .network(let host, let port): certificates == nil ? .http(host: host, port: port) : .https(host: host, port: port)
    }
  }

  /// Whom to trust.
  public var tls: TLSConfiguration {
    var tls = TLSConfiguration()
    tls.authorities = certificates?.authority
    tls.certificate = certificates?.certificate
    tls.privateKey = certificates?.key
    tls.verifies = certificates?.verifies ?? true
    return tls
  }

  /// Whether the engine may be on another machine, and so sees other files than we do.
  public var mayBeElsewhere: Bool {
    switch way {
    case .socket: false
    case .network(let host, _): !(host == "localhost" || host == "::1" || host.hasPrefix("127."))
    }
  }

  /// The socket's path, when it is one.
  public var socketPath: String? { if case .socket(let path) = way { path } else { nil } }

  private static func network(_ address: String, isSecure: Bool, _ source: String) throws(EngineError) -> Way {
    var rest = address.dropFirst(6)
    while rest.hasSuffix("/") { rest = rest.dropLast() }
    let bracket = rest.hasPrefix("[") ? rest.firstIndex(of: "]") : nil
    var host = rest
    var port: UInt16? = isSecure ? 2376 : 2375
    if let colon = rest.lastIndex(of: ":"), colon > bracket ?? rest.startIndex {
      host = rest[..<colon]
      port = UInt16(rest[rest.index(after: colon)...])
    }
    if bracket != nil { host = host.dropFirst().dropLast() }
    guard let port, !host.isEmpty, !host.contains("/") else {
      throw EngineError.badAddress(address, source, "it should read tcp://HOST:PORT")
    }
    return .network(host: String(host), port: port)
  }
}
