import HTTPClient
import HTTPDirect
import HTTPTransport

/// How buckets are reached: directly, and through libcurl where a proxy stands in the way.
///
/// A bucket's gigabytes need neither HTTP/2 nor libcurl, which with the libraries that it brings takes more memory than all of a transfer.
struct BucketTransport: HTTPTransport {
  private let direct: DirectTransport
  private let proxied: HTTPClient

  init(environment: [String: String]) {
    var trust = environment
    // What curl's users say about certificates counts here, too.
    if let bundle = environment["CURL_CA_BUNDLE"], environment["SSL_CERT_FILE", default: ""].isEmpty { trust["SSL_CERT_FILE"] = bundle }
    direct = DirectTransport(environment: trust)
    proxied = HTTPClient(environment: environment)
  }

  func send(_ request: HTTPRequest) async throws(HTTPError) -> HTTPResponse {
    if proxied.usesProxy(for: request.origin) { try await proxied.send(request) } else { try await direct.send(request) }
  }
}
