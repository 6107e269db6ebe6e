import Basics
import FoundationEssentials
public import HTTPTransport

/// What an AWS service said when it refused.
public struct AWSErrorAnswer: Sendable, Equatable {
  /// The service's code, such as `InsufficientInstanceCapacity`; nil when the answer holds none.
  public var code: String?
  /// The service's words.
  public var message: String?
  /// The service's id of the request.
  public var requestID: String?
  /// The HTTP status.
  public var status: Int

  /// A refusal.
  public init(code: String?, message: String? = nil, requestID: String? = nil, status: Int) {
    self.code = code
    self.message = message
    self.requestID = requestID
    self.status = status
  }

  /// Reads a refusal of the JSON protocols.
  ///
  /// The code is in `x-amzn-errortype`, else in `__type` or `code`; it may have a namespace before `#` and an address behind `:`.
  public init(json body: [UInt8], head: HTTPResponseHead) {
    let value = try? JSON.decode(JSONValue.self, from: Data(body))
    let name = head.headers["x-amzn-errortype"] ?? value?["__type"]?.stringValue ?? value?["code"]?.stringValue
    let bare = name.map { $0.prefix { $0 != ":" } }?.split(separator: "#").last.map(String.init)
    self.init(
      code: bare, message: value?["message"]?.stringValue ?? value?["Message"]?.stringValue,
      requestID: head.headers["x-amzn-requestid"] ?? head.headers["x-amz-request-id"], status: head.status)
  }
}
