import Basics
public import FoundationEssentials
public import HTTPTransport

/// Signature Version 4 as a function: a request, who asks and when, and out comes the request signed.
///
/// AWS General Reference, "Signature Version 4 signing process"; held to the public suite of vectors.
public struct RequestSigner: Sendable {
  /// How a path is written down to be signed.
  public enum Paths: Sendable {
    /// As it is sent: S3, whose keys may hold `..` and `//`.
    case asSent
    /// Encoded once more: all other services.
    case encodedAgain(withoutDots: Bool)
  }

  /// In the scope of the signature.
  public let region: String
  /// In the scope of the signature.
  public let service: String
  /// How paths are signed.
  public let paths: Paths
  /// Whether a session's token is signed too; some services want it added afterwards.
  public let signsToken: Bool

  private let keys: SigningKeys

  /// A signer for one service in one region. Keep it: it keeps the key of the day.
  public init(region: String, service: String, paths: Paths? = nil, signsToken: Bool = true) {
    self.region = region
    self.service = service
    self.paths = paths ?? (service == "s3" ? .asSent : .encodedAgain(withoutDots: true))
    self.signsToken = signsToken
    keys = SigningKeys()
  }

  /// Signs in the header. Replaces what an earlier signature left in the request.
  /// - Parameter payload: what the body is; S3 is told in a field of its own.
  public func signed(_ request: HTTPRequest, _ payload: PayloadHash, by credentials: AWSCredentials, at date: Date) -> HTTPRequest {
    var request = request
    let time = SigningTime(date)
    request.headers["Authorization"] = nil
    request.headers["X-Amz-Date"] = time.text
    request.headers["X-Amz-Security-Token"] = nil
    if service == "s3" { request.headers["X-Amz-Content-Sha256"] = payload.text }
    if signsToken { credentials.sessionToken?.withExposed { request.headers.add("X-Amz-Security-Token", $0) } }
    let canonical = canonical(request, CanonicalQuery(request.target).text, payload)
    let scope = scope(time)
    let signature = signature(canonical, time, scope, credentials)
    request.headers.add(
      "Authorization",
      "AWS4-HMAC-SHA256 Credential=\(credentials.accessKeyID)/\(scope), SignedHeaders=\(canonical.signedNames), Signature=\(signature)")
    if !signsToken { credentials.sessionToken?.withExposed { request.headers.add("X-Amz-Security-Token", $0) } }
    return request
  }

  /// Signs in the query, so that whoever holds the address may send the request, with its headers, for a while.
  /// - Parameter seconds: from 1 to 604,800, and no longer than temporary credentials last.
  /// - Returns: the target: path and query.
  public func presignedTarget(
    _ request: HTTPRequest, _ payload: PayloadHash, by credentials: AWSCredentials, at date: Date, seconds: Int
  ) -> String {
    let time = SigningTime(date)
    let scope = scope(time)
    var query = CanonicalQuery(request.target)
    query.add("X-Amz-Algorithm", "AWS4-HMAC-SHA256")
    query.add("X-Amz-Credential", "\(credentials.accessKeyID)/\(scope)")
    query.add("X-Amz-Date", time.text)
    query.add("X-Amz-Expires", "\(seconds)")
    query.add("X-Amz-SignedHeaders", CanonicalRequest.signedNames(request))
    if signsToken { credentials.sessionToken?.withExposed { query.add("X-Amz-Security-Token", $0) } }
    let canonical = canonical(request, query.text, payload)
    var target = "\(request.path)?\(query.text)"
    if !signsToken { credentials.sessionToken?.withExposed { target += "&" + PercentEncoding.query([("X-Amz-Security-Token", $0)]) } }
    return target + "&X-Amz-Signature=" + signature(canonical, time, scope, credentials)
  }

  /// Signs a text of one's own, such as the policy of a form.
  /// - Returns: the signature, and what a form says beside it.
  func signature(of text: String, by credentials: AWSCredentials, at date: Date) -> (signature: String, credential: String, date: String) {
    let time = SigningTime(date)
    let key = keys.key(credentials.secretAccessKey, day: time.day, region: region, service: service)
    return (SigningKeys.sign(text, key), "\(credentials.accessKeyID)/\(scope(time))", time.text)
  }

  func canonical(_ request: HTTPRequest, _ query: String, _ payload: PayloadHash) -> CanonicalRequest {
    CanonicalRequest(request, paths: paths, query: query, payload: payload)
  }

  func stringToSign(_ canonical: CanonicalRequest, _ time: SigningTime, _ scope: String) -> String {
    "AWS4-HMAC-SHA256\n\(time.text)\n\(scope)\n\(canonical.hash)"
  }

  func scope(_ time: SigningTime) -> String { "\(time.day)/\(region)/\(service)/aws4_request" }

  private func signature(_ canonical: CanonicalRequest, _ time: SigningTime, _ scope: String, _ credentials: AWSCredentials) -> String {
    let key = keys.key(credentials.secretAccessKey, day: time.day, region: region, service: service)
    return SigningKeys.sign(stringToSign(canonical, time, scope), key)
  }
}
