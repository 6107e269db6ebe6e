public import Basics

/// One request to a service, before it is signed.
public struct AWSCall: Sendable {
  /// The attempt in words, for messages: "list machines in eu-west-2".
  public var doing: String
  /// Whether it changes something, so that a failure must say what it did.
  public var isMutation: Bool
  /// Whether it may be sent again after a failure that nobody can explain: reads, and mutations that carry a token or do the same twice.
  public var isRepeatable: Bool
  let contentType: String
  let target: String?
  let body: [UInt8]

  /// A request of the query protocols.
  /// - Parameter token: the request carries a token of its own, or does the same twice.
  public static func query(_ form: QueryForm, doing: String, changes: Bool = false, repeatable: Bool = true) -> AWSCall {
    AWSCall(
      doing: doing, isMutation: changes, isRepeatable: repeatable, contentType: "application/x-www-form-urlencoded; charset=utf-8",
      target: nil, body: Array(form.body.utf8))
  }

  /// A request of the JSON protocol, version 1.1; it reads.
  /// - Parameter target: such as `AmazonSSM.GetParameter`.
  public static func json(_ target: String, _ body: JSONValue, doing: String) -> AWSCall {
    // A tree of plain JSON values can always be written: only NaN cannot, and nothing here makes one.
    let bytes = (try? JSON.encode(body, compact: true)).map { Array($0) } ?? Array("{}".utf8)
    return AWSCall(
      doing: doing, isMutation: false, isRepeatable: true, contentType: "application/x-amz-json-1.1", target: target, body: bytes)
  }
}
