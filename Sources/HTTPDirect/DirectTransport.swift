import Basics
public import HTTPTransport
import Synchronization

/// HTTP/1.1 over sockets, with OpenSSL for TLS. Works inside a static executable.
///
/// Every exchange has a thread of its own, so nothing here waits on the concurrency pool. Connections are kept and used again.
public final class DirectTransport: HTTPTransport {
  private let dialler: Dialler
  private let pool = WirePool()
  private let limits: ResponseLimits

  /// A transport; contacts nothing and reads no file yet.
  /// - Parameter environment: `SSL_CERT_FILE` and `SSL_CERT_DIR` are looked up in it.
  public init(
    tls: TLSConfiguration = TLSConfiguration(), environment: [String: String], limits: ResponseLimits = ResponseLimits()
  ) {
    let context = LazyTLSContext(tls, environment)
    dialler = Dialler(tls: { () throws(HTTPError) in try context.get() }, verifies: tls.verifies)
    self.limits = limits
  }

  /// Sends a request on a kept connection or a new one; see ``HTTPTransport``.
  public func send(_ request: HTTPRequest) async throws(HTTPError) -> HTTPResponse {
    let exchange = Exchange(request, dialler: dialler, pool: pool, limits: limits)
    let head = await withTaskCancellationHandler {
      do throws(SystemError) { try BackgroundThread.start { exchange.run() } } catch { exchange.fail(Self.noThread(error)) }
      return await exchange.head.wait()
    } onCancel: {
      exchange.cancel()
    }
    return HTTPResponse(head: try head.get(), body: ExchangeBody(exchange))
  }

  /// Sends a request that asks the server to change to a raw stream (RFC 9110, section 7.8).
  ///
  /// - Parameter name: the protocol to change to, such as `tcp`.
  /// - Returns: the stream, or the answer of a server that did not change, with its body's first megabyte.
  /// - Throws: ``HTTPError``.
  public func upgrade(_ request: HTTPRequest, to name: String) async throws(HTTPError) -> Upgrade {
    let attempt = UpgradeAttempt(request, protocolName: name, dialler: dialler, limits: limits)
    let outcome = await withTaskCancellationHandler {
      do throws(SystemError) { try BackgroundThread.start { attempt.run() } } catch { attempt.fail(Self.noThread(error)) }
      return await attempt.outcome.wait()
    } onCancel: {
      attempt.cancel()
    }
    return try outcome.get()
  }

  private static func noThread(_ error: SystemError) -> HTTPError { HTTPError(.unreachable, error.message, mayHaveArrived: false) }
}

/// Loads certificates when the first connection needs them, and once.
private final class LazyTLSContext: Sendable {
  private let configuration: TLSConfiguration
  private let environment: [String: String]
  private let context = Mutex<TLSContext?>(nil)

  init(_ configuration: TLSConfiguration, _ environment: [String: String]) {
    self.configuration = configuration
    self.environment = environment
  }

  func get() throws(HTTPError) -> TLSContext {
    let result = context.withLock { context -> Result<TLSContext, HTTPError> in
      if let context { return .success(context) }
      do throws(HTTPError) {
        let fresh = try TLSContext(configuration, environment: environment)
        context = fresh
        return .success(fresh)
      } catch {
        return .failure(error)
      }
    }
    return try result.get()
  }
}
