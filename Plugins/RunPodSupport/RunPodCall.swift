import HTTPTransport

/// One request to the API (REST v2).
public struct RunPodCall: Sendable {
  /// The attempt in words, for messages: "list pods".
  public var doing: String
  /// Such as `GET`.
  public var method: String
  /// Path and query below the API's address: `/v2/pods`.
  public var target: String
  /// A JSON document, as it is sent; nil for none.
  public var body: String?
  /// Whether it changes something, so that a failure must say what it did.
  public var isMutation: Bool
  /// Whether it may be sent again after a failure that nobody can explain.
  public var isRepeatable: Bool
  /// Whether 404 is an answer like any other.
  public var mayBeAbsent = false

  /// A request that changes nothing.
  public static func read(_ target: String, _ query: [(String, String)] = [], doing: String, mayBeAbsent: Bool = false) -> RunPodCall {
    let whole = query.isEmpty ? target : target + "?" + PercentEncoding.query(query)
    var call = RunPodCall(doing: doing, method: "GET", target: whole, body: nil, isMutation: false, isRepeatable: true)
    call.mayBeAbsent = mayBeAbsent
    return call
  }

  /// A request that changes something.
  /// - Parameter repeatable: it does the same when it is sent twice.
  public static func change(_ method: String, _ target: String, _ body: String? = nil, doing: String, repeatable: Bool) -> RunPodCall {
    RunPodCall(doing: doing, method: method, target: target, body: body, isMutation: true, isRepeatable: repeatable)
  }

  /// The path of a pod.
  public static func pod(_ id: String) -> String { "/v2/pods/" + PercentEncoding.encode(id) }
}
