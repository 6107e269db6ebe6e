public import Basics
public import FoundationEssentials
public import HTTPTransport
public import ProviderKit
public import Retrying

/// Asks the API: with a key, within its quota, again where it is worth it; says what refusals mean.
public struct RunPodClient: Sendable {
  /// The longest that a request waits for the quota before the caller is told to come back.
  public static let longestWait: Duration = .seconds(60)

  /// Where the API is.
  public let address: RunPodAddress
  private let key: Secret
  private let transport: any HTTPTransport
  private let retry: Retry
  private let gate = RateGate()
  private let now: @Sendable () -> Date
  private let sleep: @Sendable (Duration) async throws -> Void
  private let start = ContinuousClock.now

  /// A client; contacts nobody.
  public init(
    _ address: RunPodAddress, key: Secret, transport: any HTTPTransport, retry: Retry, now: @escaping @Sendable () -> Date = { Date() },
    sleep: @escaping @Sendable (Duration) async throws -> Void = { try await Task.sleep(for: $0) }
  ) {
    self.address = address
    self.key = key
    self.transport = transport
    self.retry = retry
    self.now = now
    self.sleep = sleep
  }

  /// Sends a request and reads its answer.
  /// - Returns: nil when ``RunPodCall/mayBeAbsent`` and there is no such thing.
  /// - Throws: ``ProviderError`` with the effect of a mutation.
  public func ask<Answer: Decodable>(_ call: RunPodCall, as type: Answer.Type) async throws(ProviderError) -> Answer? {
    guard let body = try await send(call) else { return nil }
    guard let answer = try? JSON.decode(type, from: Data(body)) else {
      throw ProviderError(
        .vendorFault, "cannot \(call.doing): the answer is none that is understood: \(RunPodProblem(status: 200, body: body).detail)",
        effect: call.isMutation ? .unknown : .none)
    }
    return answer
  }

  /// Sends until an answer says yes, nothing more can be hoped for, or the time is over.
  /// - Returns: the body; nil when ``RunPodCall/mayBeAbsent`` and there is no such thing.
  @discardableResult
  public func send(_ call: RunPodCall) async throws(ProviderError) -> [UInt8]? {
    // What one lost attempt did stays unknown, whatever the next one is told.
    var inDoubt = false
    do throws(ProviderError) {
      return try await retry.run(address.origin.hostField, policy: call.isRepeatable ? nil : .once) {
        (_: RetryAttempt) async throws(ProviderError) -> [UInt8]? in
        do throws(ProviderError) { return try await attempt(call) } catch {
          if error.effect == .unknown { inDoubt = true }
          throw error
        }
      }
    } catch {
      throw inDoubt && error.effect == .none ? error.withEffect(.unknown) : error
    }
  }

  /// The answer to one request while it comes, for streams. Sent once.
  public func stream(_ call: RunPodCall, patience: HTTPPatience) async throws(ProviderError) -> HTTPResponse {
    let response = try await exchange(call, accept: "text/event-stream", patience: patience)
    guard response.head.isSuccess else { throw try await refusal(response, call) }
    return response
  }

  private func attempt(_ call: RunPodCall) async throws(ProviderError) -> [UInt8]? {
    let response = try await exchange(call, accept: "application/json", patience: HTTPPatience())
    if call.mayBeAbsent, response.head.status == 404 { return nil }
    guard response.head.isSuccess else { throw try await refusal(response, call) }
    return try await body(response, call)
  }

  private func exchange(_ call: RunPodCall, accept: String, patience: HTTPPatience) async throws(ProviderError) -> HTTPResponse {
    try await waitForQuota(call)
    var headers: HTTPHeaders = ["Accept": accept, "Authorization": key.withExposed { "Bearer " + $0 }]
    if call.body != nil { headers["Content-Type"] = "application/json" }
    let body = call.body.map { HTTPBody.bytes(Array($0.utf8)) } ?? .none
    let request = HTTPRequest(call.method, address.origin, address.path + call.target, headers: headers, body: body, patience: patience)
    do throws(HTTPError) {
      let response = try await transport.send(request)
      gate.learn(response.head.headers["RateLimit"], now: elapsed)
      return response
    } catch {
      throw ProviderError(error, doing: call.doing, isMutation: call.isMutation)
    }
  }

  private func waitForQuota(_ call: RunPodCall) async throws(ProviderError) {
    let wait = gate.wait(now: elapsed)
    guard wait > .zero else { return }
    guard wait <= Self.longestWait else {
      throw ProviderError(
        .throttled, "cannot \(call.doing): RunPod's quota for this key is used up for another \(TimeSpan.format(wait))", retryAfter: wait)
    }
    do { try await sleep(wait) } catch {
      throw ProviderError(.unreachable, "cannot \(call.doing): it was cancelled")
    }
  }

  private func body(_ response: HTTPResponse, _ call: RunPodCall) async throws(ProviderError) -> [UInt8] {
    do throws(HTTPError) { return try await response.body.collect(limit: 64 << 20) } catch {
      throw ProviderError(error, doing: call.doing, isMutation: call.isMutation)
    }
  }

  private func refusal(_ response: HTTPResponse, _ call: RunPodCall) async throws(ProviderError) -> ProviderError {
    let problem = RunPodProblem(status: response.head.status, body: try await body(response, call))
    return ProviderError(
      problem, doing: call.doing, isMutation: call.isMutation, isCreate: call.method == "POST" && call.target == "/v2/pods",
      retryAfter: RetryAfter.parse(response.head.headers["Retry-After"], now: now()))
  }

  private var elapsed: Duration { start.duration(to: .now) }
}

extension ProviderError {
  /// The same failure with another effect.
  fileprivate func withEffect(_ effect: Effect) -> ProviderError {
    ProviderError(code, message, vendorCode: vendorCode, requestID: requestID, effect: effect, retryAfter: retryAfter, hints: hints)
  }
}
