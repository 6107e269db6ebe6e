import Basics
import Cryptography
public import FoundationEssentials
public import HTTPTransport

/// AWS Signature Version 4 as a pure function of request, credentials and time
/// (https://docs.aws.amazon.com/IAM/latest/UserGuide/reference_sigv-create-signed-request.html).
public struct SigV4: Sendable, Equatable {
  /// The region that is signed for.
  public var region: String
  /// The service's signing name.
  public var service: String
  /// Whether dots and doubled slashes of the path are taken out before signing, and what is left is encoded once more: all services but S3.
  public var normalisesPath: Bool

  /// A signer for one service of one region.
  public init(region: String, service: String, normalisesPath: Bool = true) {
    self.region = region
    self.service = service
    self.normalisesPath = normalisesPath
  }

  /// What the body is known by.
  public enum Payload: Sendable, Equatable {
    /// Its SHA-256, as 64 hexadecimal digits.
    case digest(String)
    /// It is not signed; over TLS, with a checksum of its own.
    case unsigned

    var text: String {
      switch self {
      case .digest(let text): text
      case .unsigned: "UNSIGNED-PAYLOAD"
      }
    }
  }

  /// What a signature is made from, for tests and for looking at a refusal.
  public struct Steps: Sendable, Equatable {
    /// The request in its canonical form.
    public var canonicalRequest: String
    /// What is signed.
    public var stringToSign: String
    /// 64 hexadecimal digits.
    public var signature: String
    /// The names of the headers that are signed.
    public var signedHeaders: String
  }

  // MARK: signing

  /// Adds `X-Amz-Date`, the session token and `Authorization` to a request.
  ///
  /// Every header that is there is signed; those that proxies change (`Connection`, `User-Agent`, `Expect`, …) are not.
  @discardableResult
  public func sign(_ request: inout HTTPRequest, _ payload: Payload, _ credentials: AWSCredentials, at date: Date) -> Steps {
    let stamp = Self.stamp(date)
    request.headers["X-Amz-Date"] = stamp
    request.headers["X-Amz-Security-Token"] = credentials.sessionToken?.withExposed { $0 }
    let steps = self.steps(request, query: nil, payload, credentials, stamp)
    request.headers["Authorization"] =
      "AWS4-HMAC-SHA256 Credential=\(credentials.accessKeyID)/\(scope(stamp)), SignedHeaders=\(steps.signedHeaders), Signature=\(steps.signature)"
    return steps
  }

  /// The target of a request with its signature in the query: whoever has it may send it until `lifetime` is over.
  /// - Parameter lifetime: a second to seven days; temporary credentials end it earlier.
  public func presign(
    _ request: HTTPRequest, _ payload: Payload = .unsigned, lifetime: Duration, _ credentials: AWSCredentials, at date: Date
  )
    -> (target: String, steps: Steps)
  {
    let stamp = Self.stamp(date)
    var request = request
    let names = Self.signedNames(request)
    var added: [(String, String)] = [
      ("X-Amz-Algorithm", "AWS4-HMAC-SHA256"), ("X-Amz-Credential", "\(credentials.accessKeyID)/\(scope(stamp))"), ("X-Amz-Date", stamp),
      ("X-Amz-Expires", "\(min(604_800, max(1, lifetime.components.seconds)))"), ("X-Amz-SignedHeaders", names),
    ]
    if let token = credentials.sessionToken { token.withExposed { added.append(("X-Amz-Security-Token", $0)) } }
    let separator = request.target.contains("?") ? "&" : "?"
    request.target += separator + PercentEncoding.query(added)
    let steps = self.steps(request, query: nil, payload, credentials, stamp)
    return (request.target + "&X-Amz-Signature=" + steps.signature, steps)
  }

  private func scope(_ stamp: String) -> String { "\(stamp.prefix(8))/\(region)/\(service)/aws4_request" }

  private func steps(_ request: HTTPRequest, query: String?, _ payload: Payload, _ credentials: AWSCredentials, _ stamp: String) -> Steps {
    let names = Self.signedNames(request)
    let parts = request.target.split(separator: "?", maxSplits: 1, omittingEmptySubsequences: false).map(String.init)
    let canonical = [
      request.method, CanonicalForm.path(parts.first ?? "/", normalised: normalisesPath),
      CanonicalForm.query(parts.count > 1 ? parts[1] : ""),
      Self.canonicalHeaders(request), names, payload.text,
    ].joined(separator: "\n")
    let text = ["AWS4-HMAC-SHA256", stamp, scope(stamp), SHA256.hexDigest(of: Array(canonical.utf8))].joined(separator: "\n")
    let signature = Hexadecimal.string(HMAC256.code(for: Array(text.utf8), key: key(credentials, stamp)))
    return Steps(canonicalRequest: canonical, stringToSign: text, signature: signature, signedHeaders: names)
  }

  private func key(_ credentials: AWSCredentials, _ stamp: String) -> [UInt8] {
    let secret = credentials.secretAccessKey.withExposed { Array("AWS4\($0)".utf8) }
    return [String(stamp.prefix(8)), region, service, "aws4_request"].reduce(secret) { HMAC256.code(for: Array($1.utf8), key: $0) }
  }

  // MARK: parts

  /// `20150830T123600Z`.
  static func stamp(_ date: Date) -> String {
    String(Timestamp.format(date).prefix(19)).replacing("-", with: "").replacing(":", with: "") + "Z"
  }

  private static let unsigned: Set<String> = [
    "connection", "user-agent", "expect", "transfer-encoding", "x-amzn-trace-id", "authorization",
  ]

  private static func headers(_ request: HTTPRequest) -> [(name: String, value: String)] {
    var values: [String: [String]] = ["host": [request.headers["Host"] ?? request.origin.hostField]]
    for field in request.headers.fields {
      let name = field.name.lowercased()
      guard !unsigned.contains(name), name != "host" else { continue }
      values[name, default: []].append(CanonicalForm.folded(field.value))
    }
    return values.sorted { $0.key < $1.key }.map { ($0.key, $0.value.joined(separator: ",")) }
  }

  private static func signedNames(_ request: HTTPRequest) -> String { headers(request).map(\.name).joined(separator: ";") }
  private static func canonicalHeaders(_ request: HTTPRequest) -> String {
    headers(request).map { "\($0.name):\($0.value)\n" }.joined()
  }
}
