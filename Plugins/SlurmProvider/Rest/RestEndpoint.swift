import Basics
import FoundationEssentials
import HTTPTransport
import ProviderKit

/// Where slurmrestd listens: `http://host:6820`, `https://gateway/slurm`, or a socket, `unix:///run/slurmrestd.sock`.
struct RestEndpoint: Sendable, Equatable {
  var origin: HTTPOrigin
  /// What stands before every path; empty without a gateway.
  var base: String

  /// - Throws: code `invalidRequest` for what is no such address.
  init(_ text: String) throws(ProviderError) {
    if text.hasPrefix("unix:///") {
      (origin, base) = (.unix(path: String(text.dropFirst("unix://".count))), "")
      return
    }
    guard let url = URL(string: text), let host = url.host, !host.isEmpty, let scheme = url.scheme, url.query == nil, url.user == nil,
      let port = UInt16(exactly: url.port ?? (scheme == "https" ? 443 : 6_820)), scheme == "https" || scheme == "http"
    else {
      throw ProviderError(
        .invalidRequest, "'\(text)' is no address of slurmrestd",
        hints: ["write `endpoint = \"http://HOST:6820\"` or `endpoint = \"unix:///PATH\"`"])
    }
    origin = scheme == "https" ? .https(host: host, port: port) : .http(host: host, port: port)
    base = url.path.hasSuffix("/") ? String(url.path.dropLast()) : url.path
  }

  /// Whether a token sent there can be read by others on the way.
  var isOpen: Bool {
    guard case .http(let host, _) = origin else { return false }
    let isLoopback = host.hasPrefix("127.") && host.utf8.allSatisfy { (0x30...0x39).contains($0) || $0 == UInt8(ascii: ".") }
    return host != "localhost" && host != "::1" && !isLoopback
  }

  /// What curl is told to look there.
  var curl: String {
    guard case .unix(let path) = origin else { return "curl \(origin)\(base)/openapi/v3" }
    return "curl --unix-socket \(ShellWord.quoted(path)) http://localhost/openapi/v3"
  }

  var isSocket: Bool { if case .unix = origin { true } else { false } }
}
