import Basics
public import HTTPTransport

/// HTTP/1.1 and HTTP/2 over libcurl, which is loaded by the first request: whoever sends none does not pay for it.
///
/// One thread carries all exchanges. Connections are kept, used again, and shared where the server speaks HTTP/2. Nothing here waits on the
/// concurrency pool, and bodies pass through in constant memory: whoever reads slowly slows the server down.
public final class HTTPClient: HTTPTransport {
  /// How a client behaves towards every server.
  public struct Options: Sendable {
    /// Whom to trust, and who we are.
    public var tls = TLSConfiguration()
    /// Exchanges with one origin at the same time; further ones wait for their turn before their patience begins.
    public var exchangesPerOrigin = 64
    /// Whether HTTP/2 is offered to servers behind TLS.
    public var offersHTTP2 = true

    /// The usual behaviour.
    public init() {}
  }

  private let engine: CurlEngine

  /// A client; loads nothing, contacts nothing and reads no file yet.
  ///
  /// - Parameter environment: proxies (`HTTPS_PROXY`, `http_proxy`, `ALL_PROXY`, `NO_PROXY`) and trusted certificates (`SSL_CERT_FILE`,
  ///   `CURL_CA_BUNDLE`, `SSL_CERT_DIR`) are looked up in it.
  public init(_ options: Options = Options(), environment: [String: String]) {
    engine = CurlEngine(CurlSettings(options, environment: environment))
  }

  deinit { engine.submit(.end) }

  /// Whether requests for this origin go through a proxy.
  public func usesProxy(for origin: HTTPOrigin) -> Bool { engine.settings.proxies.proxy(for: origin) != nil }

  /// Sends a request on a kept connection or a new one; see ``HTTPTransport``.
  public func send(_ request: HTTPRequest) async throws(HTTPError) -> HTTPResponse {
    try request.check()
    let exchange = Exchange(request, engine)
    let head = await withTaskCancellationHandler {
      engine.submit(.add(exchange))
      return await exchange.head.wait()
    } onCancel: {
      exchange.cancel()
    }
    return HTTPResponse(head: try head.get(), body: ExchangeBody(exchange))
  }
}
