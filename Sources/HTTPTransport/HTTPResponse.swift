/// The beginning of an answer.
public struct HTTPResponseHead: Sendable, Equatable {
  /// Three digits.
  public var status: Int
  /// The words after them; may be empty.
  public var reason: String
  /// The header fields.
  public var headers: HTTPHeaders

  /// A head.
  public init(status: Int, reason: String = "", headers: HTTPHeaders = [:]) {
    self.status = status
    self.reason = reason
    self.headers = headers
  }

  /// Whether the status is 2xx.
  public var isSuccess: Bool { (200..<300).contains(status) }
}

/// An answer whose body may still be on its way.
public struct HTTPResponse: Sendable {
  /// Status and headers.
  public let head: HTTPResponseHead
  /// The rest. Letting go of it ends the exchange.
  public let body: any HTTPBodyReader

  /// An answer.
  public init(head: HTTPResponseHead, body: any HTTPBodyReader) {
    self.head = head
    self.body = body
  }
}
