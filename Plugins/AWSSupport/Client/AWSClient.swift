public import Basics
import FoundationEssentials
import HTTPTransport
public import ProviderKit
import Retrying
public import XML

/// Asks one service in one region: signs, sends, tries again what is worth it, and says what refusals mean.
public struct AWSClient: Sendable {
  /// The service.
  public let service: AWSService
  /// Where it is.
  public let endpoint: AWSEndpoint
  let keeper: CredentialKeeper
  let surroundings: AWSSurroundings
  let retry: Retry
  let skew: ClockSkew

  /// Sends a query request.
  /// - Returns: the root of the answer.
  /// - Throws: ``ProviderError`` with the effect of a mutation.
  public func query(_ call: AWSCall) async throws(ProviderError) -> XMLNode {
    let body = try await send(call)
    do throws(XMLFault) { return try XMLNode.parse(body) } catch {
      throw ProviderError(
        .vendorFault, "cannot \(call.doing): the answer is no XML: \(error.message)", effect: call.isMutation ? .unknown : .none)
    }
  }

  /// Asks about a bucket, or changes it.
  /// - Returns: the root of the answer; nil when there is no such bucket, or no such part of it; an empty element for an empty answer.
  public func bucket(_ call: AWSCall) async throws(ProviderError) -> XMLNode? {
    let body = try await send(call)
    guard !body.isEmpty else { return XMLNode("") }
    let root = try? XMLNode.parse(body)
    return root?.name == "Error" ? nil : root
  }

  /// Sends a JSON request.
  /// - Returns: the answer.
  public func json(_ call: AWSCall) async throws(ProviderError) -> JSONValue {
    let body = try await send(call)
    guard let value = try? JSON.decode(JSONValue.self, from: Data(body)) else {
      throw ProviderError(.vendorFault, "cannot \(call.doing): the answer is no JSON")
    }
    return value
  }

  /// Sends until an answer says yes, nothing more can be hoped for, or the time is over.
  private func send(_ call: AWSCall) async throws(ProviderError) -> [UInt8] {
    // What one lost attempt did stays unknown until an answer that rests on having read the request settles it.
    var inDoubt = false
    do throws(ProviderError) {
      return try await retry.run(endpoint.origin.hostField, policy: call.isRepeatable ? nil : .once) {
        (_: RetryAttempt) async throws(ProviderError) -> [UInt8] in
        do throws(ProviderError) { return try await attempt(call) } catch {
          if error.effect == .unknown { inDoubt = true } else if error.settlesDoubt { inDoubt = false }
          throw error
        }
      }
    } catch {
      throw inDoubt && error.effect == .none ? error.withEffect(.unknown) : error
    }
  }

  /// Sends once; twice when the first was refused for credentials that have ended since, or for a clock that is off.
  private func attempt(_ call: AWSCall) async throws(ProviderError) -> [UInt8] {
    let found = try await keeper.found()
    let (first, firstBody) = try await exchange(call, found.credentials)
    if first.isSuccess || call.mayBeAbsent && first.status == 404 { return firstBody }
    let refusal = answer(first, firstBody)
    switch AWSErrorClass(refusal) {
    case .expired: await keeper.forget(found.credentials)
    case .signature where skew.learn(serverTime: ClockSkew.parse(first.headers["Date"]), now: surroundings.now()): break
    default: throw failure(refusal, first, call)
    }
    let (second, secondBody) = try await exchange(call, try await keeper.found().credentials)
    if second.isSuccess || call.mayBeAbsent && second.status == 404 { return secondBody }
    throw failure(answer(second, secondBody), second, call)
  }

  private func exchange(_ call: AWSCall, _ credentials: AWSCredentials) async throws(ProviderError) -> (HTTPResponseHead, [UInt8]) {
    var request = HTTPRequest(
      call.method, endpoint.origin, endpoint.path + call.path + (call.query.isEmpty ? "" : "?" + call.query), headers: call.headers,
      body: call.body.isEmpty ? .none : .bytes(call.body))
    sign(&request, call.body, credentials)
    do throws(HTTPError) {
      let response = try await surroundings.transport.send(request)
      return (response.head, try await response.body.collect(limit: 64 << 20))
    } catch {
      throw ProviderError(error, doing: call.doing, isMutation: call.isMutation)
    }
  }

  private func answer(_ head: HTTPResponseHead, _ body: [UInt8]) -> AWSErrorAnswer {
    body.first { !($0 == 0x20 || $0 == 0x0A || $0 == 0x0D || $0 == 0x09) } == UInt8(ascii: "<")
      ? AWSErrorAnswer(xml: body, head: head) : AWSErrorAnswer(json: body, head: head)
  }

  private func failure(_ refusal: AWSErrorAnswer, _ head: HTTPResponseHead, _ call: AWSCall) -> ProviderError {
    ProviderError(
      refusal, doing: call.doing, isMutation: call.isMutation,
      retryAfter: RetryAfter.parse(head.headers["Retry-After"], now: surroundings.now()))
  }
}

extension ProviderError {
  /// Whether the service had read the request when it refused it: then it had not carried it out before under the same token.
  fileprivate var settlesDoubt: Bool { effect == .applied || code == .noCapacity || code == .quotaExceeded || code == .invalidRequest }

  fileprivate func withEffect(_ effect: Effect) -> ProviderError {
    ProviderError(code, message, vendorCode: vendorCode, requestID: requestID, effect: effect, retryAfter: retryAfter, hints: hints)
  }
}
