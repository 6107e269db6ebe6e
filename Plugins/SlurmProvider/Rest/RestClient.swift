import Basics
import FoundationEssentials
import HTTPTransport
import ProviderKit
import Retrying
import Synchronization

/// Asks slurmrestd: in the newest version of its API that both sides know, with a token, again where it is worth it.
struct RestClient: Sendable {
  /// Newest first. Tried with Slurm 22.05 (to v0.0.38) and 24.11 (from v0.0.40).
  static let versions = ["v0.0.42", "v0.0.41", "v0.0.40", "v0.0.38", "v0.0.37"]

  let endpoint: RestEndpoint
  /// As whom; the token's own user when nil.
  let user: String?
  let tokens: TokenSource
  let transport: any HTTPTransport
  let retry: Retry
  let now: @Sendable () -> Date
  private let memory = Memory()

  init(
    _ endpoint: RestEndpoint, user: String?, tokens: TokenSource, transport: any HTTPTransport, retry: Retry,
    now: @escaping @Sendable () -> Date
  ) {
    self.endpoint = endpoint
    self.user = user
    self.tokens = tokens
    self.transport = transport
    self.retry = retry
    self.now = now
  }

  private final class Memory: Sendable {
    let version = Mutex<String?>(nil)
  }

  /// What came back: a document, or what is wrong.
  enum Answer: Sendable {
    case body([UInt8])
    case fault(RestFault)
  }

  /// Reads an answer that is to be no error.
  func ask<Document: Decodable>(_ call: RestCall, as type: Document.Type) async throws(ProviderError) -> Document {
    switch try await send(call) {
    case .fault(let fault): throw await error(fault, call)
    case .body(let body): return try decode(body, call, as: type)
    }
  }

  func decode<Document: Decodable>(_ body: [UInt8], _ call: RestCall, as type: Document.Type) throws(ProviderError) -> Document {
    do { return try JSON.decode(type, from: Data(body)) } catch {
      throw ProviderError(
        .vendorFault, "cannot \(call.doing): slurmrestd's answer is none that is understood", effect: call.isMutation ? .unknown : .none)
    }
  }

  /// Sends a request; an answer that names an error is an answer here, unless it may pass.
  func send(_ call: RestCall) async throws(ProviderError) -> Answer {
    let version = try await version()
    return try await retry.run(endpoint.origin.hostField, policy: call.isMutation ? .once : nil) {
      (_: RetryAttempt) async throws(ProviderError) -> Answer in
      let answer = try await withToken { token throws(ProviderError) in try await exchange(call, version, token) }
      if case .fault(let fault) = answer, !call.isMutation, fault.isVague { throw await error(fault, call) }
      return answer
    }
  }

  /// A token that can be renewed is, once, when it is refused: it may have ended by the cluster's clock.
  private func withToken(_ attempt: (ClusterToken?) async throws(ProviderError) -> Answer) async throws(ProviderError) -> Answer {
    let answer = try await attempt(try await tokens.token())
    guard tokens.canRenew, case .fault(let fault) = answer, fault.isRefusal else { return answer }
    return try await attempt(try await tokens.token(anew: true))
  }

  /// Which version is spoken; asked once.
  func version() async throws(ProviderError) -> String {
    if let known = memory.version.withLock({ $0 }) { return known }
    let found = try await retry.run(endpoint.origin.hostField) { (_: RetryAttempt) async throws(ProviderError) -> String in
      for version in Self.versions {
        let call = RestCall(.controller, "/ping", doing: "ask slurmrestd which version it speaks")
        let answer = try await withToken { token throws(ProviderError) in try await exchange(call, version, token) }
        guard case .fault(let fault) = answer else { return version }
        // A version that it does not know. Any other error is told by the request that was meant.
        if fault.status == 404 { continue }
        // Nor is that an answer of slurmrestd's, but of what stands before it: it says nothing of versions.
        let isSomebodyElses = fault.number == nil && fault.status >= 500
        if fault.isRefusal || isSomebodyElses { throw fault.error(doing: call.doing, changes: false) }
        return version
      }
      throw ProviderError(
        .invalidRequest, "slurmrestd at \(endpoint.origin)\(endpoint.base) speaks none of \(Self.versions.joined(separator: ", "))",
        hints: [
          "see what it speaks: `\(endpoint.curl)`",
          "or go over ssh: `host = \"…\"` in place of `endpoint`",
        ])
    }
    memory.version.withLock { $0 = found }
    return found
  }

  private func exchange(_ call: RestCall, _ version: String, _ token: ClusterToken?) async throws(ProviderError) -> Answer {
    var headers: HTTPHeaders = ["Accept": "application/json"]
    if call.body != nil { headers["Content-Type"] = "application/json" }
    if let token {
      headers["X-SLURM-USER-TOKEN"] = token.secret.withExposed { $0 }
      headers["X-SLURM-USER-NAME"] = user ?? token.user
    } else if !endpoint.isSocket {
      throw ProviderError(
        .unauthorised, "there is no token for the cluster at \(endpoint.origin)", hints: TokenSource.hints)
    }
    let request = HTTPRequest(
      call.method, endpoint.origin, endpoint.base + call.target(version), headers: headers,
      body: call.body.map { .bytes(Array($0.utf8)) } ?? .none)
    do throws(HTTPError) {
      let response = try await transport.send(request)
      let body = try await response.body.collect(limit: 256 << 20)
      guard !response.head.isSuccess, let fault = RestFault(status: response.head.status, body: body) else { return .body(body) }
      return .fault(fault)
    } catch {
      throw ProviderError(
        .unreachable, "cannot \(call.doing): \(error.message)", effect: call.isMutation && error.mayHaveArrived ? .unknown : .none,
        hints: error.hints.isEmpty
          ? ["see whether slurmrestd answers: `\(endpoint.curl)`, and mend `endpoint` in providers.toml"]
          : error.hints)
    }
  }

  /// What an answer's error means. Where slurmrestd does not say whether it is the token, the database does.
  func error(_ fault: RestFault, _ call: RestCall) async -> ProviderError {
    var isToken = false
    if fault.isVague, call.part == .controller, let version = memory.version.withLock({ $0 }) {
      let question = RestCall(.accounts, "/clusters", doing: call.doing)
      if case .fault(let second)? = try? await exchange(question, version, try await tokens.token()) { isToken = second.isRefusal }
    }
    return fault.error(doing: call.doing, changes: call.isMutation, isToken: isToken)
  }
}
