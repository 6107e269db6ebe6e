import Basics
import Cryptography
import FoundationEssentials
import HTTPTransport
import ProviderKit
import Retrying

/// An answer whose body has been read.
struct S3Answer: Sendable {
  let head: HTTPResponseHead
  let body: [UInt8]
}

extension S3Bucket {
  /// Sends until an answer says yes, nothing more can be hoped for, or the time is over, and reads the whole answer.
  func send(_ call: S3Call) async throws(ProviderError) -> S3Answer {
    try await retrying(call.isRepeatable) { () async throws(ProviderError) in try await self.answer(to: call) }
  }

  /// Repeats what is worth it.
  func retrying<Result>(
    _ isRepeatable: Bool = true, _ body: () async throws(ProviderError) -> Result
  ) async throws(ProviderError) -> Result {
    // After one lost answer nobody knows what was done, whatever a later refusal says.
    var inDoubt = false
    do throws(ProviderError) {
      return try await client.retry.run(client.endpoint.origin.hostField, policy: isRepeatable ? nil : .once) {
        (_: RetryAttempt) async throws(ProviderError) -> Result in
        do throws(ProviderError) { return try await body() } catch {
          if error.effect == .unknown { inDoubt = true }
          throw error
        }
      }
    } catch {
      throw inDoubt ? error.with(.unknown) : error
    }
  }

  /// One attempt, with the whole answer.
  func answer(to call: S3Call) async throws(ProviderError) -> S3Answer {
    let response = try await open(call)
    do throws(HTTPError) {
      return S3Answer(head: response.head, body: try await response.body.collect(limit: 64 << 20))
    } catch {
      throw ProviderError(error, doing: call.doing, isMutation: call.isMutation)
    }
  }

  /// One attempt, up to the head of an answer that says yes. It is sent once more when the bucket is in another region, when the credentials
  /// have ended in the meantime, and when this machine's clock is off.
  func open(_ call: S3Call) async throws(ProviderError) -> HTTPResponse {
    let found = try await client.credentials.found()
    let endpoint = endpoint
    let first = try await exchange(call, found.credentials, endpoint)
    if accepts(first.head, call) { return first }
    let refusal = await refusal(first)
    if let region = refusal.region, region != endpoint.signingRegion {
      client.regions[name] = region
    } else if AWSErrorClass(refusal.answer) == .expired {
      await client.credentials.forget(found.credentials)
    } else if refusal.answer.code == "RequestTimeTooSkewed" || refusal.answer.code == "AccessDenied" && refusal.head.isAboutTime,
      client.skew.learn(serverTime: ClockSkew.parse(first.head.headers["Date"]), now: client.now())
    {
      // The next attempt is signed with the store's time.
    } else {
      throw failure(refusal, call)
    }
    let second = try await exchange(call, try await client.credentials.found().credentials, self.endpoint)
    if accepts(second.head, call) { return second }
    throw failure(await self.refusal(second), call)
  }

  private func accepts(_ head: HTTPResponseHead, _ call: S3Call) -> Bool { head.isSuccess || call.expected.contains(head.status) }

  private func exchange(_ call: S3Call, _ credentials: AWSCredentials, _ endpoint: AWSEndpoint) async throws(ProviderError) -> HTTPResponse
  {
    let address = S3Address(bucket: name, endpoint: endpoint, addressing: options.addressing)
    var request = HTTPRequest(call.method, address.origin, call.target(address), headers: call.headers, body: call.body.content)
    if let crc = call.body.crc { request.headers["x-amz-checksum-crc32"] = Data(crc.bytes).base64EncodedString() }
    if credentials != .nobody {
      let signer = client.regions.signer(endpoint.signingRegion)
      request = signer.signed(request, .known(call.body.sha256), by: credentials, at: client.skew.corrected(client.now()))
    }
    do throws(HTTPError) { return try await client.transport.send(request) } catch {
      throw ProviderError(error, doing: call.doing, isMutation: call.isMutation)
    }
  }
}

extension ProviderError {
  func with(_ effect: Effect) -> ProviderError {
    ProviderError(code, message, vendorCode: vendorCode, requestID: requestID, effect: effect, retryAfter: retryAfter, hints: hints)
  }
}
