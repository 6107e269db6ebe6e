public import Basics
import Cryptography
import FoundationEssentials
import HTTPTransport

/// One request to a service, before it is signed.
public struct AWSCall: Sendable {
  /// The attempt in words, for messages: "list machines in eu-west-2".
  public var doing: String
  /// Whether it changes something, so that a failure must say what it did.
  public var isMutation: Bool
  /// Whether it may be sent again after a failure that nobody can explain: reads, and mutations that carry a token or do the same twice.
  public var isRepeatable: Bool
  var method = "POST"
  var path = "/"
  /// Percent-encoded and in the order of the encoded names.
  var query = ""
  let headers: HTTPHeaders
  let body: [UInt8]
  /// Whether 404 is an answer like any other.
  var mayBeAbsent = false

  /// A request of the query protocols.
  /// - Parameter token: the request carries a token of its own, or does the same twice.
  public static func query(_ form: QueryForm, doing: String, changes: Bool = false, repeatable: Bool = true) -> AWSCall {
    AWSCall(
      doing: doing, isMutation: changes, isRepeatable: repeatable,
      headers: ["Content-Type": "application/x-www-form-urlencoded; charset=utf-8"], body: Array(form.body.utf8))
  }

  /// A request about a bucket: of S3, path style.
  /// - Parameters:
  ///   - bucket: a name of letters, digits, dots and hyphens.
  ///   - part: a part of its settings, such as `lifecycle`; the bucket itself when nil.
  ///   - document: what is set; nil asks.
  public static func bucket(_ method: String, _ bucket: String, part: String? = nil, document: String? = nil, doing: String) -> AWSCall {
    let body = Array((document ?? "").utf8)
    var headers: HTTPHeaders = ["x-amz-content-sha256": SHA256.hexDigest(of: body)]
    if document != nil {
      headers["Content-Type"] = "application/xml"
      headers["x-amz-checksum-sha256"] = Data(SHA256.digest(of: body)).base64EncodedString()
    }
    var call = AWSCall(doing: doing, isMutation: document != nil || method != "GET", isRepeatable: true, headers: headers, body: body)
    (call.method, call.path, call.query) = (method, "/\(bucket)", part.map { "\($0)=" } ?? "")
    call.mayBeAbsent = document == nil
    return call
  }

  /// A request of the JSON protocol, version 1.1; it reads.
  /// - Parameter target: such as `AmazonSSM.GetParameter`.
  public static func json(_ target: String, _ body: JSONValue, doing: String) -> AWSCall {
    // A tree of plain JSON values can always be written: only NaN cannot, and nothing here makes one.
    let bytes = (try? JSON.encode(body, compact: true)).map { Array($0) } ?? Array("{}".utf8)
    return AWSCall(
      doing: doing, isMutation: false, isRepeatable: true,
      headers: ["Content-Type": "application/x-amz-json-1.1", "X-Amz-Target": target], body: bytes)
  }
}
