import Basics
import FoundationEssentials
import HTTPTransport
import ProviderKit
import Retrying

/// One request to the API.
struct LyceumCall: Sendable {
  /// The attempt in words, for messages.
  var doing: String
  var method = "GET"
  /// Below `/api/v2/external`.
  var target: String
  /// A JSON document, as it is sent.
  var body: String?
  var isMutation = false
  var isRepeatable = true
  /// Whether 404 is an answer like any other.
  var mayBeAbsent = false

  init(_ target: String, doing: String) {
    self.target = target
    self.doing = doing
  }
}

/// Asks the API: with a key, again where it is worth it; says what refusals mean.
struct LyceumClient: Sendable {
  /// Lyceum's own address.
  static let usual = "https://api.lyceum.technology"
  private static let base = "/api/v2/external"

  let origin: HTTPOrigin
  let key: Secret
  /// The organisation to act for; the key's own when nil.
  let organisation: String?
  let transport: any HTTPTransport
  let retry: Retry
  let now: @Sendable () -> Date

  /// Reads an address of the API.
  static func origin(_ text: String) throws(ProviderError) -> HTTPOrigin {
    guard let url = URL(string: text), let host = url.host, let scheme = url.scheme, url.path.isEmpty || url.path == "/",
      let port = UInt16(exactly: url.port ?? (scheme == "https" ? 443 : 80)), scheme == "https" || scheme == "http"
    else {
      throw ProviderError(.invalidRequest, "'\(text)' is no address of an API", hints: ["leave `api_url` out: Lyceum's own is \(usual)"])
    }
    return scheme == "https" ? .https(host: host, port: port) : .http(host: host, port: port)
  }

  /// Sends a request and reads its answer.
  /// - Returns: nil when ``LyceumCall/mayBeAbsent`` and there is no such thing.
  func ask<Answer: Decodable>(_ call: LyceumCall, as type: Answer.Type) async throws(ProviderError) -> Answer? {
    guard let body = try await send(call) else { return nil }
    guard let answer = try? JSON.decode(type, from: Data(body)) else {
      throw ProviderError(
        .vendorFault, "cannot \(call.doing): the answer is none that is understood: \(LyceumProblem(status: 200, body: body).detail)",
        effect: call.isMutation ? .unknown : .none)
    }
    return answer
  }

  /// Sends until an answer says yes, nothing more can be hoped for, or the time is over.
  @discardableResult
  func send(_ call: LyceumCall) async throws(ProviderError) -> [UInt8]? {
    try await retry.run(origin.hostField, policy: call.isRepeatable ? nil : .once) {
      (_: RetryAttempt) async throws(ProviderError) -> [UInt8]? in
      try await attempt(call)
    }
  }

  private func attempt(_ call: LyceumCall) async throws(ProviderError) -> [UInt8]? {
    var headers: HTTPHeaders = ["Accept": "application/json", "Authorization": key.withExposed { "Bearer " + $0 }]
    if call.body != nil { headers["Content-Type"] = "application/json" }
    headers["X-Org-Slug"] = organisation
    // Making a thing takes the vendor up to two and a half minutes.
    let patience = HTTPPatience(firstByte: .seconds(call.isMutation ? 180 : 60))
    let request = HTTPRequest(
      call.method, origin, Self.base + call.target, headers: headers, body: call.body.map { .bytes(Array($0.utf8)) } ?? .none,
      patience: patience)
    let (head, body) = try await exchange(request, call)
    if head.isSuccess { return body }
    if call.mayBeAbsent, head.status == 404 { return nil }
    throw ProviderError(
      LyceumProblem(status: head.status, body: body), doing: call.doing, isMutation: call.isMutation,
      retryAfter: RetryAfter.parse(head.headers["Retry-After"], now: now()))
  }

  private func exchange(_ request: HTTPRequest, _ call: LyceumCall) async throws(ProviderError) -> (HTTPResponseHead, [UInt8]) {
    do throws(HTTPError) {
      let response = try await transport.send(request)
      return (response.head, try await response.body.collect(limit: 64 << 20))
    } catch {
      throw ProviderError(error, doing: call.doing, isMutation: call.isMutation)
    }
  }
}
