import HTTPClient
import HTTPDirect
import HTTPTransport

/// The transports, each of which has to keep what ``HTTPTransport`` promises.
enum TransportKind: CaseIterable {
  case direct, client

  func make(_ tls: TLSConfiguration = TLSConfiguration(), environment: [String: String] = [:]) -> any HTTPTransport {
    switch self {
    case .direct: return DirectTransport(tls: tls, environment: environment)
    case .client:
      var options = HTTPClient.Options()
      options.tls = tls
      return HTTPClient(options, environment: environment)
    }
  }
}
