import Basics
import Cryptography
import FoundationEssentials
import HTTPTransport
import ProviderKit
import Retrying
import Synchronization
import XML

/// Objects of one bucket (https://docs.aws.amazon.com/AmazonS3/latest/API/), of AWS or of any service that speaks the same.
///
/// Every request is signed anew when it is repeated; a bucket that turns out to be in another region is asked there from then on.
public final class S3Client: Sendable {
  let keeper: CredentialKeeper
  let surroundings: AWSSurroundings
  let retry: Retry
  let skew: ClockSkew
  private let place: Mutex<S3Address>

  /// A client of one bucket; contacts nobody.
  init(_ address: S3Address, keeper: CredentialKeeper, surroundings: AWSSurroundings, retry: Retry, skew: ClockSkew) {
    place = Mutex(address)
    self.keeper = keeper
    self.surroundings = surroundings
    self.retry = retry
    self.skew = skew
  }

  /// Where the bucket is, as far as is known.
  public var address: S3Address { place.withLock { $0 } }

  /// One request, before it is signed.
  struct Call: Sendable {
    var method: String
    var key: String
    var query: [(String, String)] = []
    var headers: HTTPHeaders = [:]
    var body: HTTPBody = .none
    /// The SHA-256 of the body.
    var digest: String = SHA256.hexDigest(of: [])
    /// "read s3://bucket/key".
    var doing: String
    var isMutation = false
    /// Statuses that are answers and not failures.
    var accepted: Set<Int> = []
  }

  /// A read or a write that has its head; the body is still to come.
  func send(_ call: Call) async throws(ProviderError) -> HTTPResponse {
    try await retry.run(address.endpoint.origin.hostField) { (_: RetryAttempt) async throws(ProviderError) -> HTTPResponse in
      try await self.attempt(call)
    }
  }

  /// As ``send(_:)``, with the whole body; what breaks off is asked for again.
  func collect(_ call: Call, limit: Int = 64 << 20) async throws(ProviderError) -> (head: HTTPResponseHead, body: [UInt8]) {
    try await retry.run(address.endpoint.origin.hostField) {
      (_: RetryAttempt) async throws(ProviderError) -> (head: HTTPResponseHead, body: [UInt8]) in
      let response = try await self.attempt(call)
      do throws(HTTPError) { return (response.head, try await response.body.collect(limit: limit)) } catch {
        throw ProviderError(error, doing: call.doing, isMutation: call.isMutation)
      }
    }
  }

  /// Once; twice when the first was refused for the region, for credentials that have ended, or for a clock that is off.
  private func attempt(_ call: Call) async throws(ProviderError) -> HTTPResponse {
    let found = try await keeper.found()
    let first = try await exchange(call, found.credentials)
    if first.head.isSuccess || call.accepted.contains(first.head.status) { return first }
    let refusal = await refusal(first, call)
    if learnRegion(first.head, refusal.region) {
    } else if AWSErrorClass(refusal.answer) == .expired {
      await keeper.forget(found.credentials)
    } else if refusal.answer.code == "RequestTimeTooSkewed",
      skew.learn(serverTime: ClockSkew.parse(first.head.headers["Date"]), now: surroundings.now())
    {
    } else {
      throw failure(refusal.answer, first.head, call)
    }
    let second = try await exchange(call, try await keeper.found().credentials)
    if second.head.isSuccess || call.accepted.contains(second.head.status) { return second }
    throw failure(await self.refusal(second, call).answer, second.head, call)
  }

  private func exchange(_ call: Call, _ credentials: AWSCredentials) async throws(ProviderError) -> HTTPResponse {
    let address = address
    var request = HTTPRequest(
      call.method, address.origin, address.target(call.key, call.query), headers: call.headers, body: call.body,
      patience: HTTPPatience(firstByte: .seconds(120)))
    request.headers["X-Amz-Content-SHA256"] = call.digest
    let signer = SigV4(region: address.endpoint.signingRegion, service: "s3", normalisesPath: false)
    signer.sign(&request, .digest(call.digest), credentials, at: skew.corrected(surroundings.now()))
    do throws(HTTPError) { return try await surroundings.transport.send(request) } catch {
      throw ProviderError(error, doing: call.doing, isMutation: call.isMutation)
    }
  }

  private func refusal(_ response: HTTPResponse, _ call: Call) async -> (answer: AWSErrorAnswer, region: String?) {
    let body = (try? await response.body.collect(limit: 1 << 20)) ?? []
    let root = try? XMLNode.parse(body)
    var answer = AWSErrorAnswer(xml: body, head: response.head)
    // An answer to HEAD has no body: its status is all there is.
    if answer.code == nil {
      answer.code =
        [403: "AccessDenied", 404: "NoSuchKey", 412: "PreconditionFailed", 429: "SlowDown", 503: "SlowDown"][response.head.status]
    }
    return (answer, root?.text("Region"))
  }

  /// - Returns: whether the bucket turned out to be in another region.
  private func learnRegion(_ head: HTTPResponseHead, _ named: String?) -> Bool {
    guard [301, 307, 400].contains(head.status), let region = head.headers["x-amz-bucket-region"] ?? named else { return false }
    return place.withLock { place in
      guard region != place.endpoint.signingRegion else { return false }
      if place.endpoint.override == nil, let other = try? AWSEndpoint.standard(.s3, region: region) {
        place.endpoint = other
      } else {
        let old = place.endpoint
        place.endpoint = AWSEndpoint(origin: old.origin, path: old.path, signingRegion: region, override: old.override)
      }
      return true
    }
  }

  private func failure(_ answer: AWSErrorAnswer, _ head: HTTPResponseHead, _ call: Call) -> ProviderError {
    if head.status == 412 || answer.code == "ConditionalRequestConflict" {
      return ProviderError(
        .conflict, "cannot \(call.doing): it is not what it was thought to be", vendorCode: answer.code, requestID: answer.requestID)
    }
    if answer.code == "NoSuchBucket" {
      return ProviderError(
        .notFound, "there is no bucket '\(address.bucket)' at \(address.endpoint.origin)", vendorCode: answer.code,
        requestID: answer.requestID,
        hints: ["make it: `aws s3 mb s3://\(address.bucket)`", "or name another in providers.toml"])
    }
    return ProviderError(
      answer, doing: call.doing, isMutation: call.isMutation,
      retryAfter: RetryAfter.parse(head.headers["Retry-After"], now: surroundings.now()))
  }

  /// `s3://bucket/key`, for messages.
  func name(_ key: String) -> String { "s3://\(address.bucket)/\(key)" }

  /// What an answer's headers say of an object.
  func facts(_ key: String, _ head: HTTPResponseHead, size: Int64? = nil) -> ObjectFacts {
    let ranged = head.headers["Content-Range"]?.split(separator: "/").last.flatMap { Int64($0) }
    return ObjectFacts(
      key: key, size: size ?? ranged ?? head.headers["Content-Length"].flatMap { Int64($0) } ?? 0, etag: head.headers["ETag"] ?? "",
      modifiedAt: ClockSkew.parse(head.headers["Last-Modified"]), storeTime: ClockSkew.parse(head.headers["Date"]))
  }
}
