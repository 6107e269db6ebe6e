/// Sends requests. The one way in which any other room talks HTTP.
public protocol HTTPTransport: Sendable {
  /// Sends a request and returns when the answer's head is there.
  ///
  /// Redirects are not followed. Cancelling the task ends the exchange.
  /// - Throws: ``HTTPError``; not for an answer that says 4xx or 5xx.
  func send(_ request: HTTPRequest) async throws(HTTPError) -> HTTPResponse
}
