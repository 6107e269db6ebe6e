/// Where a request goes: what one connection leads to.
public enum HTTPOrigin: Sendable, Hashable, CustomStringConvertible {
  /// A socket in the file system.
  case unix(path: String)
  /// Plain TCP. An IPv6 address stands without brackets.
  case http(host: String, port: UInt16)
  /// TLS over TCP.
  case https(host: String, port: UInt16)

  /// As a URL without a path.
  public var description: String {
    switch self {
    case .unix(let path): "unix://\(path)"
    case .http(let host, let port): "http://\(Self.bracketed(host)):\(port)"
    case .https(let host, let port): "https://\(Self.bracketed(host)):\(port)"
    }
  }

  /// What a request to this origin says in its `Host` field (RFC 9110, section 7.2): the port only when it is not the scheme's own.
  public var hostField: String {
    switch self {
    case .unix: "localhost"
    case .http(let host, let port): Self.bracketed(host) + (port == 80 ? "" : ":\(port)")
    case .https(let host, let port): Self.bracketed(host) + (port == 443 ? "" : ":\(port)")
    }
  }

  private static func bracketed(_ host: String) -> String { host.utf8.contains(UInt8(ascii: ":")) ? "[\(host)]" : host }
}
