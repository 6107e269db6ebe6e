import Basics
import HTTPTransport

/// Which proxy leads to which host, after the environment variables that curl and most other programs read.
///
/// `http_proxy` counts in lower case only, since a server's own environment may hold a request's `Proxy` field as `HTTP_PROXY` (httpoxy).
/// What is on this machine or on its link is never asked for through a proxy.
struct ProxyRules: Sendable, Equatable {
  private let http: String?
  private let https: String?
  private let exceptions: [Substring]

  init(_ environment: [String: String]) {
    func named(_ names: String...) -> String? { names.lazy.compactMap { environment[$0] }.first { !$0.isEmpty } }
    let all = named("all_proxy", "ALL_PROXY")
    http = named("http_proxy") ?? all
    https = named("https_proxy", "HTTPS_PROXY") ?? all
    exceptions = (named("no_proxy", "NO_PROXY") ?? "").lowercased().split { $0 == "," || $0 == " " }
  }

  /// The proxy's URL, which may hold a password; nil for the direct way.
  func proxy(for origin: HTTPOrigin) -> String? {
    switch origin {
    case .unix: nil
    case .http(let host, let port): isDirect(host.lowercased(), port) ? nil : http
    case .https(let host, let port): isDirect(host.lowercased(), port) ? nil : https
    }
  }

  private func isDirect(_ host: String, _ port: UInt16) -> Bool {
    let address = IPAddress(host)
    if host == "localhost" || host.hasSuffix(".localhost") || address?.isLocal == true { return true }
    return exceptions.contains { exception in
      if exception == "*" { return true }
      if let network = IPNetwork(exception) { return address.map(network.contains) ?? false }
      var name = exception
      if let colon = name.lastIndex(of: ":"), let number = UInt16(name[name.index(after: colon)...]) {
        guard number == port else { return false }
        name = name[..<colon]
      }
      if name.hasPrefix("*.") { name = name.dropFirst(1) }
      if name.hasPrefix(".") { name = name.dropFirst(1) }
      return !name.isEmpty && (host == name || host.hasSuffix("." + name))
    }
  }
}
