import Basics
import HTTPTransport

/// What every transfer of a client has in common.
struct CurlSettings: Sendable {
  let options: HTTPClient.Options
  let proxies: ProxyRules
  /// A file of trusted certificates; nil leaves it to the library.
  let authorities: String?
  /// A folder of trusted certificates, by the hash of their names.
  let authoritiesFolder: String?

  init(_ options: HTTPClient.Options, environment: [String: String]) {
    self.options = options
    proxies = ProxyRules(environment)
    func named(_ name: String) -> String? { environment[name].flatMap { $0.isEmpty ? nil : $0 } }
    authorities =
      options.tls.authorities ?? named("SSL_CERT_FILE") ?? named("CURL_CA_BUNDLE")
      ?? TLSConfiguration.usualBundles.first(where: Files.exists)
    authoritiesFolder = options.tls.authorities == nil ? named("SSL_CERT_DIR") : nil
  }
}
